/** A row's features that are not zero, and whether it came true; `offset` is the part of its log-odds that is given. */
export interface LogisticRow {
  readonly columns: readonly number[]
  readonly values: readonly number[]
  readonly offset: number
  readonly won: boolean
}

const STEPS_MAX = 30
const STEP_ENOUGH = 1e-10

export const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z))

/**
 * Ridge logistic regression by Newton's method: the weights that make sum(log loss) + sum(penalty * weight^2) / 2 least.
 * Penalties are positive, so there is exactly one such point; the steps are bounded, and the same rows give the same.
 */
export function fitLogistic(rows: readonly LogisticRow[], penalties: readonly number[]): number[] {
  let weights = penalties.map(() => 0)
  for (let step = 0; step < STEPS_MAX; step++) {
    const gradient = penalties.map((penalty, i) => penalty * weights[i]!)
    const curvature = penalties.map((penalty, i) => penalties.map((_, j) => (i === j ? penalty : 0)))
    for (const row of rows) add(row, weights, gradient, curvature)
    const move = solve(curvature, gradient)
    weights = weights.map((weight, i) => weight - move[i]!)
    if (move.every(part => Math.abs(part) < STEP_ENOUGH)) break
  }
  return weights
}

function add(row: LogisticRow, weights: readonly number[], gradient: number[], curvature: number[][]): void {
  const { columns, values, offset } = row
  let z = offset
  for (let i = 0; i < columns.length; i++) z += weights[columns[i]!]! * values[i]!
  const p = sigmoid(z)
  const error = p - (row.won ? 1 : 0)
  const spread = p * (1 - p)
  for (let i = 0; i < columns.length; i++) {
    const column = columns[i]!
    gradient[column]! += error * values[i]!
    const line = curvature[column]!
    for (let j = 0; j < columns.length; j++) line[columns[j]!]! += spread * values[i]! * values[j]!
  }
}

/** Cholesky: the matrix is symmetric and positive definite. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const lower: number[][] = []
  for (let i = 0; i < right.length; i++) {
    const line: number[] = []
    for (let j = 0; j <= i; j++) {
      let rest = matrix[i]![j]!
      for (let k = 0; k < j; k++) rest -= line[k]! * (lower[j] ?? line)[k]!
      line[j] = i === j ? Math.sqrt(rest) : rest / lower[j]![j]!
    }
    lower.push(line)
  }
  const x = [...right]
  for (let i = 0; i < x.length; i++) {
    for (let k = 0; k < i; k++) x[i]! -= lower[i]![k]! * x[k]!
    x[i]! /= lower[i]![i]!
  }
  for (let i = x.length - 1; i >= 0; i--) {
    for (let k = i + 1; k < x.length; k++) x[i]! -= lower[k]![i]! * x[k]!
    x[i]! /= lower[i]![i]!
  }
  return x
}
