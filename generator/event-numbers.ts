/** Numbers events in the order in which they are made; the number becomes the event id. */
export class EventNumbers {
  private last = 0;
  next(): number {
    this.last += 1;
    return this.last;
  }
}
