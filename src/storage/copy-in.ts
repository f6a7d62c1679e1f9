import pg from 'pg'

/** The parts of the driver's connection that a COPY needs. */
interface Wire {
  readonly stream: { write(bytes: Uint8Array): void }
  query(statement: string): void
  endCopyFrom(): void
}

const COPY_DATA = 0x64
const LENGTH_BYTES = 4

/**
 * COPY ... FROM STDIN whose rows go out right behind the statement: nobody waits for the database to ask for them. Where
 * the statement fails, the database ignores rows that come behind it, as the protocol says of COPY.
 */
export class CopyIn extends pg.Query {
  constructor(
    private readonly statement: string,
    private readonly content: string | Uint8Array,
    onEnd: (error: Error | null | undefined) => void,
  ) {
    super(statement, onEnd)
    this.submit = connection => this.send(connection as unknown as Wire)
  }

  handleCopyInResponse(): void {}

  /** Null: sent. */
  private send(connection: Wire): null {
    const bytes = typeof this.content === 'string' ? Buffer.from(this.content) : this.content
    const head = Buffer.alloc(1 + LENGTH_BYTES)
    head.writeUInt8(COPY_DATA)
    head.writeUInt32BE(LENGTH_BYTES + bytes.length, 1)
    connection.query(this.statement)
    connection.stream.write(head)
    connection.stream.write(bytes)
    connection.endCopyFrom()
    return null
  }
}
