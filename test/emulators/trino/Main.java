/** Trino's own main class is not on Maven Central; this is all that it does. */
public class Main {
    public static void main(String[] arguments) {
        new io.trino.server.Server().start("476");
    }
}
