import type { EncodedObject } from '../../core/bronze/encode-objects.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';

/** A batch has seldom more than a few objects; one with late events may have hundreds. */
const AT_ONCE = 16;

/**
 * Stores objects, some at once. After a failure no other is begun and those begun are waited for, so that nothing goes on
 * behind the caller's back.
 * @throws the first error of the store
 */
export async function putAll(store: Pick<ObjectStore, 'put'>, objects: readonly EncodedObject[]): Promise<void> {
  const failures: unknown[] = [];
  const waiting = objects.values();
  const work = async (): Promise<void> => {
    for (const { object, content } of waiting) {
      await store.put(object.key, content).catch((error: unknown) => failures.push(error));
      if (failures.length > 0) return;
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, objects.length) }, work));
  if (failures.length > 0) throw failures[0];
}
