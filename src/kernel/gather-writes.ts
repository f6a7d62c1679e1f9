/** Call it before a write: what is written in the same turn of the event loop leaves in one piece, with one system call. */
export function gatherWrites(stream: { cork(): void; uncork(): void }): () => void {
  let gathering = false
  return () => {
    if (gathering) return
    gathering = true
    stream.cork()
    process.nextTick(() => {
      gathering = false
      stream.uncork()
    })
  }
}
