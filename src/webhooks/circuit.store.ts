import { formatInstant } from '../kernel/time.js'
import type { Queryable } from '../storage/database.js'
import type { Circuit } from './circuit.js'
import type { CircuitColumns } from './webhook.table.js'

export const CIRCUIT_COLUMNS = 'circuit, circuit_failures, circuit_opens, circuit_until'

export const circuitOf = (row: CircuitColumns): Circuit => ({
  state: row.circuit,
  failures: row.circuit_failures,
  opens: row.circuit_opens,
  until: row.circuit_until,
})

/** The circuit as it stands, locked until the transaction ends; null where the webhook is gone. */
export async function lockCircuit(session: Queryable, id: string): Promise<Circuit | null> {
  const [row] = await session.rows<CircuitColumns>(
    `/* lockCircuit */ SELECT ${CIRCUIT_COLUMNS} FROM webhook WHERE id = $1 FOR NO KEY UPDATE`,
    [id],
  )
  return row === undefined ? null : circuitOf(row)
}

export const writeCircuit = (session: Queryable, id: string, circuit: Circuit): Promise<unknown> =>
  session.rows(
    `/* writeCircuit */
     UPDATE webhook SET circuit = $2, circuit_failures = $3, circuit_opens = $4, circuit_until = $5::timestamptz
     WHERE id = $1`,
    [id, circuit.state, circuit.failures, circuit.opens, circuit.until === null ? null : formatInstant(circuit.until)],
  )
