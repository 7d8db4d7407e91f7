/** Something that only grows. */
export interface Counter {
  inc(by?: number): void
}

export interface Sample {
  readonly value: number | bigint
  readonly labels?: Readonly<Record<string, string>>
}

interface MetricOptions {
  readonly name: string
  readonly help: string
}

/** What one process counts and measures, for Prometheus. */
export interface Metrics {
  counter(options: MetricOptions): Counter
  /** A value read when it is asked for; no samples: not known just now. */
  gauge(options: MetricOptions & { readonly read: () => readonly Sample[] }): void
  readonly names: readonly string[]
  render(): string
}

/** What `Metrics.render` is: the text format of Prometheus. */
export const METRICS_CONTENT_TYPE = 'text/plain; version=0.0.4'

export function createMetrics(): Metrics {
  const metrics = new Map<string, () => readonly string[]>()
  return {
    counter({ name, help }) {
      let total = 0
      metrics.set(name, () => renderMetric({ name, help, type: 'counter' }, [{ value: total }]))
      return {
        inc(by = 1) {
          total += by
        },
      }
    },
    gauge({ name, help, read }) {
      metrics.set(name, () => renderMetric({ name, help, type: 'gauge' }, read()))
    },
    get names() {
      return [...metrics.keys()]
    },
    render: () => `${[...metrics.values()].flatMap((lines) => lines()).join('\n')}\n`,
  }
}

/** The lines of one metric. Label values are codes and words of this program: nothing in them needs escaping. */
export function renderMetric(
  { name, help, type }: MetricOptions & { readonly type: 'counter' | 'gauge' },
  samples: readonly Sample[],
): string[] {
  return [
    `# HELP ${name} ${help}`,
    `# TYPE ${name} ${type}`,
    ...samples.map(({ value, labels = {} }) => {
      const pairs = Object.entries(labels).map(([label, text]) => `${label}="${text}"`)
      return `${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${value}`
    }),
  ]
}

/** Makes a counter of that name; a node passes the registry of its process. */
export type CounterFactory = (options: { readonly name: string; readonly help: string }) => Counter

/** Where nobody counts. */
export const NO_COUNTERS: CounterFactory = () => NOTHING

const NOTHING: Counter = { inc() {} }
