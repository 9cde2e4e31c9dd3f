import type { MergeObjects } from '../../core/ports/merge-objects.ts';
import { mergeIn } from '../local/merge-objects.ts';
import { downloadTo, inScratch, uploadFrom } from './s3-scratch.ts';
import type { S3Store } from './s3-store.ts';

/** Merges bronze objects of a bucket, on this machine's disk: a merge is small by what the core puts into one. */
export function mergeInS3(store: S3Store, scratch?: string): MergeObjects {
  return (keys, target) =>
    inScratch(async (root) => {
      await downloadTo(root, store, keys);
      const merged = await mergeIn(root)(keys, target);
      await uploadFrom(root, store, [target]);
      return merged;
    }, scratch);
}
