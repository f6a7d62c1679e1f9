import { cpus, loadavg } from 'node:os'

export interface Figure {
  readonly name: string
  readonly value: number | string
  readonly unit: string
  /** What the project promises, as a bound on the value. */
  readonly target?: { readonly atLeast: number } | { readonly atMost: number }
  readonly ratio?: string
}

export const machineLine = (engine: string): string =>
  `${cpus().length} cores (${cpus()[0]?.model.trim() || process.arch}), node ${process.version}, ${engine}; ` +
  `load average of the last minute ${loadavg()[0]!.toFixed(1)}`

const COLUMNS = ['what', 'figure', 'unit', 'target', 'to bare (>= 0.3)'] as const

export function formatTable(figures: readonly Figure[]): string {
  const lines = [[...COLUMNS], ...figures.map(cells)]
  const widths = COLUMNS.map((_, column) => Math.max(...lines.map(line => line[column]!.length)))
  const format = (line: readonly string[]): string =>
    line
      .map((cell, column) => (column === 1 ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!)))
      .join('  ')
  const rule = widths.map(width => '-'.repeat(width)).join('  ')
  return [format(lines[0]!), rule, ...lines.slice(1).map(format)].map(line => line.trimEnd()).join('\n')
}

const cells = ({ name, value, unit, target, ratio }: Figure): string[] => [
  name,
  typeof value === 'string' ? value : formatNumber(value),
  unit,
  target === undefined ? '' : formatTarget(value, target),
  ratio ?? '',
]

function formatTarget(value: number | string, target: NonNullable<Figure['target']>): string {
  const met = 'atLeast' in target ? Number(value) >= target.atLeast : Number(value) <= target.atMost
  const bound = 'atLeast' in target ? `>= ${formatNumber(target.atLeast)}` : `<= ${formatNumber(target.atMost)}`
  return `${bound} ${met ? 'met' : 'MISSED'}`
}

const formatNumber = (value: number): string =>
  value.toLocaleString('en-US', { maximumFractionDigits: Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2 })

export function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN
}

export const ascending = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b)
