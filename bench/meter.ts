// Preloaded into every measured process, and by inheritance into the node processes it starts: on exit each appends one
// line with what it used to the file of SLUICE_METER. Needs no tool of the platform. Threads are counted, so DuckDB's are.
import { appendFileSync, readFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';
import type { ProcessUse } from './measure.ts';

const file = process.env.SLUICE_METER;
if (file && isMainThread) {
  process.on('exit', () => {
    const use = process.resourceUsage();
    const line: ProcessUse = {
      cpuSeconds: (use.userCPUTime + use.systemCPUTime) / 1e6,
      peakBytes: peakBytes(use.maxRSS),
    };
    appendFileSync(file, `${JSON.stringify(line)}\n`);
  });
}

/** Linux's rusage starts from the peak of the process that forked this one, so there the kernel's own mark is read. */
function peakBytes(maxRssKilobytes: number): number {
  if (process.platform !== 'linux') return maxRssKilobytes * 1024;
  const kilobytes = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  return Number(kilobytes ?? maxRssKilobytes) * 1024;
}
