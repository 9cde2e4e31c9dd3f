import type { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';

/** A logger and metrics that keep what they are told. */
export function recordedTelemetry() {
  const lines: { level: string; message: unknown; fields: unknown }[] = [];
  const counts: Record<string, number> = {};
  let published = 0;
  const log = (level: string) => (message: unknown, fields?: unknown) => {
    lines.push({ level, message, fields });
  };
  const logger = { info: log('info'), warn: log('warn'), error: log('error') } as Pick<
    Logger,
    'info' | 'warn' | 'error'
  >;
  const real = new Metrics({ namespace: 'test' });
  const metrics: Pick<Metrics, 'addMetric' | 'publishStoredMetrics'> = {
    addMetric: (name, _, value) => {
      counts[name] = (counts[name] ?? 0) + value;
      return real;
    },
    publishStoredMetrics: () => {
      published++;
      return real;
    },
  };
  return { logger, metrics, lines, counts, published: () => published };
}
