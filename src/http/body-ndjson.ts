import { isAscii, isUtf8 } from 'node:buffer'
import { ByteBuffer, type ByteSource, chunksOf } from './body-bytes.js'

export type LineProblem = 'TOO_LARGE' | 'INVALID_UTF8'

/** `index` counts the lines that are not blank, from 0. */
export type Line =
  | { readonly index: number; readonly text: string }
  | { readonly index: number; readonly problem: LineProblem; readonly message: string; readonly sample: string }

export interface NdjsonLimits {
  readonly bodyBytesMax: number
  readonly lineBytesMax: number
}

const SAMPLE_BYTES = 1024
const NEWLINE = 0x0a
const CARRIAGE_RETURN = 0x0d
const SPACE = 0x20
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf])

/**
 * Yields the lines of each chunk as it arrives; the next chunk is asked for when the reader comes back, so a slow reader
 * slows the sender. Throws BodyError where the body fails: the lines before are yielded, the unfinished one is not.
 */
export async function* readNdjson(source: ByteSource, limits: NdjsonLimits): AsyncGenerator<Line[], void, void> {
  const splitter = new LineSplitter(limits.lineBytesMax)
  for await (const chunk of chunksOf(source, limits.bodyBytesMax)) {
    const lines = splitter.push(chunk)
    if (lines.length > 0) yield lines
  }
  const rest = splitter.end()
  if (rest.length > 0) yield rest
}

/**
 * Cuts chunks into lines. Three states:
 * - at the start the first three bytes are awaited, since they may be a byte order mark;
 * - between lines nothing is kept: all whole lines of a chunk are decoded as one block;
 * - inside a line its bytes are gathered. Past `lineBytesMax` they are only counted, and what was kept gives the sample.
 */
class LineSplitter {
  private started = false
  private head = Buffer.alloc(0)
  private readonly unfinished = new ByteBuffer()
  private unfinishedBytes = 0
  private index = 0
  private lines: Line[] = []

  constructor(private readonly lineBytesMax: number) {}

  push(chunk: Buffer): Line[] {
    const bytes = this.started ? chunk : this.start(chunk)
    if (bytes !== null) this.split(bytes)
    return this.taken()
  }

  /** The last line may lack its newline. */
  end(): Line[] {
    if (!this.started) this.split(this.head)
    if (this.unfinishedBytes > 0) this.finishLine()
    return this.taken()
  }

  private start(chunk: Buffer): Buffer | null {
    this.head = Buffer.concat([this.head, chunk])
    if (this.head.length < BYTE_ORDER_MARK.length) return null
    this.started = true
    const marked = BYTE_ORDER_MARK.every((byte, at) => this.head[at] === byte)
    return marked ? this.head.subarray(BYTE_ORDER_MARK.length) : this.head
  }

  private split(bytes: Buffer): void {
    let from = 0
    if (this.unfinishedBytes > 0) {
      const newline = bytes.indexOf(NEWLINE)
      this.gather(newline < 0 ? bytes : bytes.subarray(0, newline))
      if (newline < 0) return
      this.finishLine()
      from = newline + 1
    }
    const last = bytes.lastIndexOf(NEWLINE)
    if (last > from) this.addBlock(bytes.subarray(from, last))
    this.gather(bytes.subarray(Math.max(from, last + 1)))
  }

  private gather(bytes: Buffer): void {
    this.unfinishedBytes += bytes.length
    // One byte more than a line may have: it may be the carriage return.
    const room = Math.max(this.lineBytesMax + 1, SAMPLE_BYTES) - this.unfinished.length
    if (room > 0) this.unfinished.append(bytes.length <= room ? bytes : bytes.subarray(0, room))
  }

  private finishLine(): void {
    const bytes = this.unfinished.view()
    if (this.unfinishedBytes > bytes.length) this.addTooLarge(this.unfinishedBytes, bytes)
    else this.addLine(bytes)
    this.unfinished.clear()
    this.unfinishedBytes = 0
  }

  /** Decoding a block at once is several times faster than line by line, so that is left to blocks with a bad byte or size. */
  private addBlock(block: Buffer): void {
    const text = block.length > this.lineBytesMax ? null : decoded(block)
    if (text === null) this.addEachLine(block)
    else for (const line of text.split('\n')) this.addText(line)
  }

  private addEachLine(block: Buffer): void {
    let from = 0
    while (from < block.length) {
      const newline = block.indexOf(NEWLINE, from)
      const to = newline < 0 ? block.length : newline
      this.addLine(block.subarray(from, to))
      from = to + 1
    }
  }

  private addLine(line: Buffer): void {
    const bytes = line.at(-1) === CARRIAGE_RETURN ? line.subarray(0, -1) : line
    const tooLarge = bytes.length > this.lineBytesMax
    const text = tooLarge ? null : decoded(bytes)
    if (tooLarge) this.addTooLarge(bytes.length, bytes)
    else if (text === null) this.addProblem('INVALID_UTF8', 'the line is not valid UTF-8', bytes)
    else this.addText(text)
  }

  private addText(line: string): void {
    const text = line.charCodeAt(line.length - 1) === CARRIAGE_RETURN ? line.slice(0, -1) : line
    if (text.length === 0 || (text.charCodeAt(0) <= SPACE && isBlank(text))) return
    this.lines.push({ index: this.index++, text })
  }

  private addTooLarge(lineBytes: number, bytes: Buffer): void {
    this.addProblem('TOO_LARGE', `the line has ${lineBytes} bytes, at most ${this.lineBytesMax} are taken`, bytes)
  }

  private addProblem(problem: LineProblem, message: string, bytes: Buffer): void {
    this.lines.push({ index: this.index++, problem, message, sample: sampleOf(bytes) })
  }

  private taken(): Line[] {
    const lines = this.lines
    this.lines = []
    return lines
  }
}

const isBlank = (text: string): boolean => /^[ \t\r]*$/.test(text)

/** ASCII as Latin-1 is decoded faster than as UTF-8, and nearly all events are ASCII. */
function decoded(bytes: Buffer): string | null {
  if (isAscii(bytes)) return bytes.toString('latin1')
  return isUtf8(bytes) ? bytes.toString('utf8') : null
}

/** Of a character that the cut divides nothing is shown. */
export const sampleOf = (bytes: Buffer): string =>
  new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(0, SAMPLE_BYTES), { stream: true })
