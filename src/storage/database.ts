import pg from 'pg'
import { AppError } from '../kernel/errors.js'
import { CopyIn } from './copy-in.js'
import { isOfFailedTransaction } from './failures.js'
import { PreparedNames } from './prepared.js'

/** Anything that runs a statement. Each statement opens with a comment that names it: pg_stat_activity leads back here. */
export interface Queryable {
  rows<Row>(statement: string, values?: readonly unknown[]): Promise<Row[]>
}

/** One connection, for work that needs a transaction or COPY. */
export interface Session extends Queryable {
  /** COPY ... FROM STDIN of rows in the format that the statement says. */
  copy(statement: string, rows: string | Uint8Array): Promise<void>
}

export interface Database extends Queryable {
  /** Lends a connection. One that failed is closed rather than lent again. */
  withSession<T>(work: (session: Session) => Promise<T>): Promise<T>
  transaction<T>(work: (session: Session) => Promise<T>): Promise<T>
  readonly connectionString: string
  close(): Promise<void>
}

const TIMESTAMPTZ = 1184
const INT8 = 20

/** Instants are read as milliseconds (the session is in UTC), bigint as a number; numeric stays an exact string. */
const types = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    if (format !== 'binary') {
      if (oid === TIMESTAMPTZ) return (text: string) => Date.parse(`${text.replace(' ', 'T').replace('+00', '')}Z`)
      if (oid === INT8) return Number
    }
    return pg.types.getTypeParser(oid, format as 'text')
  },
}

/**
 * Statements may be given without waiting for the one before: they are sent at once, and run in the order in which they
 * were given. So a batch of them costs one round trip, and the database never waits for this process between two. Where one
 * fails, those behind it in its transaction fail with what failed first.
 */
class PgSession implements Session {
  private failure: Error | null = null

  constructor(
    private readonly client: pg.ClientBase,
    private readonly queryOf: (statement: string, values: readonly unknown[]) => pg.QueryConfig,
  ) {}

  rows<Row>(statement: string, values?: readonly unknown[]): Promise<Row[]> {
    const query = values === undefined ? { text: statement } : this.queryOf(statement, values)
    return new Promise((resolve, reject) => {
      this.client.query(query, (error, result) => {
        if (this.isDone(error, reject)) resolve((result as pg.QueryResult).rows as Row[])
      })
    })
  }

  copy(statement: string, rows: string | Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      const copy = new CopyIn(statement, rows, error => {
        if (this.isDone(error, reject)) resolve()
      })
      this.client.query(copy)
    })
  }

  /** To be asked as the answers come in: promises may be told of them in another order. */
  private isDone(error: Error | null | undefined, reject: (error: Error) => void): boolean {
    if (error == null) {
      this.failure = null
      return true
    }
    if (!isOfFailedTransaction(error) || this.failure === null) this.failure = error
    reject(this.failure)
    return false
  }
}

export interface DatabaseOptions {
  readonly connectionString: string
  readonly poolMax: number
  readonly applicationName: string
  readonly onError: (error: Error) => void
  /** Settings of every connection, by name. */
  readonly session?: Readonly<Record<string, string>>
  /** Bounds every statement of this pool; 0: unbounded. */
  readonly statementTimeoutMs: number
}

const IDLE_IN_TRANSACTION_MS = 60_000
const CONNECT_TIMEOUT_MS = 10_000

const SESSION = { timezone: 'UTC', datestyle: 'ISO', jit: 'off' }

export function openDatabase(options: DatabaseOptions): Database {
  const pool = new pg.Pool({
    connectionString: options.connectionString,
    max: options.poolMax,
    application_name: options.applicationName,
    pipeline: true,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
    statement_timeout: options.statementTimeoutMs,
    options: Object.entries({ ...SESSION, ...options.session })
      .map(([name, value]) => `-c ${name}=${value}`)
      .join(' '),
    types: types as pg.CustomTypesConfig,
  })
  // end() resolves before the sockets are closed: a database that stops right behind it is no loss.
  let closing = false
  pool.on('error', error => {
    if (!closing) options.onError(error)
  })

  // A connection that breaks in the moment between the pool's care and ours: the next statement tells.
  pool.on('connect', client => client.on('error', () => undefined))

  const names = new PreparedNames()
  const queryOf = (text: string, values: readonly unknown[]): pg.QueryConfig => ({
    text,
    values: values as unknown[],
    name: names.of(text),
  })

  const withSession = async <T>(work: (session: Session) => Promise<T>): Promise<T> => {
    const client = await pool.connect()
    let failure: Error | undefined
    // A connection that breaks while it is lent tells so by an event as well as by the failing statement.
    const onBreak = (error: Error) => {
      failure = error
    }
    client.on('error', onBreak)
    try {
      return await work(new PgSession(client, queryOf))
    } catch (error) {
      failure ??= isContractError(error) ? undefined : (error as Error)
      throw error
    } finally {
      client.off('error', onBreak)
      client.release(failure)
    }
  }

  return {
    connectionString: options.connectionString,
    rows: async <Row>(statement: string, values?: readonly unknown[]) =>
      (await pool.query(values === undefined ? statement : queryOf(statement, values))).rows as Row[],
    withSession,
    transaction: work => withSession(session => inTransaction(session, () => work(session))),
    close: () => {
      closing = true
      return pool.end()
    },
  }
}

/** For a session that has more to do than this transaction. */
export async function inTransaction<T>(session: Session, work: () => Promise<T>): Promise<T> {
  await session.rows('BEGIN')
  try {
    const result = await work()
    await session.rows('COMMIT')
    return result
  } catch (error) {
    await session.rows('ROLLBACK').catch(() => undefined)
    throw error
  }
}

const isContractError = (error: unknown): boolean => error instanceof AppError
