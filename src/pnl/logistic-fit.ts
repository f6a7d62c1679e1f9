import { CholeskyDecomposition, Matrix } from 'ml-matrix'

/** A row's features that are not zero, and whether it came true; `offset` is the part of its log-odds that is given. */
export interface LogisticRow {
  readonly columns: readonly number[]
  readonly values: readonly number[]
  readonly offset: number
  readonly won: boolean
}

const STEPS_MAX = 30
const STEP_ENOUGH = 1e-10
const HALVINGS_MAX = 30

export const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z))

/**
 * Ridge logistic regression by Newton's method: the weights that make sum(log loss) + sum(penalty * weight^2) / 2 least.
 * Penalties are positive, so there is exactly one such point. A step that would lead uphill is halved, or rows that all
 * contradict their offsets would throw it far beyond. Steps are bounded, and the same rows give the same weights.
 */
export function fitLogistic(rows: readonly LogisticRow[], penalties: readonly number[]): number[] {
  let weights = penalties.map(() => 0)
  let loss = lossOf(rows, penalties, weights)
  for (let step = 0; step < STEPS_MAX; step++) {
    const move = newtonStep(rows, penalties, weights)
    for (let halving = 0, length = 1; halving < HALVINGS_MAX; halving++, length /= 2) {
      const there = weights.map((weight, i) => weight - length * move[i]!)
      const lossThere = lossOf(rows, penalties, there)
      if (!(lossThere <= loss)) continue
      weights = there
      loss = lossThere
      break
    }
    if (move.every(part => Math.abs(part) < STEP_ENOUGH)) break
  }
  return weights
}

function logOddsOf({ columns, values, offset }: LogisticRow, weights: readonly number[]): number {
  let z = offset
  for (let i = 0; i < columns.length; i++) z += weights[columns[i]!]! * values[i]!
  return z
}

function lossOf(rows: readonly LogisticRow[], penalties: readonly number[], weights: readonly number[]): number {
  let loss = 0
  for (const row of rows) {
    const z = row.won ? -logOddsOf(row, weights) : logOddsOf(row, weights)
    loss += Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)))
  }
  return penalties.reduce((total, penalty, i) => total + (penalty * weights[i]! ** 2) / 2, loss)
}

function newtonStep(rows: readonly LogisticRow[], penalties: readonly number[], weights: readonly number[]): number[] {
  const gradient = penalties.map((penalty, i) => penalty * weights[i]!)
  const curvature = penalties.map((penalty, i) => penalties.map((_, j) => (i === j ? penalty : 0)))
  for (const row of rows) add(row, sigmoid(logOddsOf(row, weights)), gradient, curvature)
  // Penalties make it symmetric and positive definite.
  return new CholeskyDecomposition(new Matrix(curvature)).solve(Matrix.columnVector(gradient)).to1DArray()
}

function add({ columns, values, won }: LogisticRow, p: number, gradient: number[], curvature: number[][]): void {
  const error = p - (won ? 1 : 0)
  const spread = p * (1 - p)
  for (let i = 0; i < columns.length; i++) {
    const column = columns[i]!
    gradient[column]! += error * values[i]!
    const line = curvature[column]!
    for (let j = 0; j < columns.length; j++) line[columns[j]!]! += spread * values[i]! * values[j]!
  }
}
