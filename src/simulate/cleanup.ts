/** What was started, undone in reverse order, each once and all of it even when some of it fails. */
export class Cleanup {
  private readonly steps: (() => Promise<void>)[] = []

  /** Returns the step, to be done early. */
  add(step: () => Promise<void>): () => Promise<void> {
    let done: Promise<void> | undefined
    const once = () => (done ??= step())
    this.steps.push(once)
    return once
  }

  async run(): Promise<void> {
    const failures: unknown[] = []
    for (const step of this.steps.splice(0).reverse()) await step().catch(error => failures.push(error))
    if (failures.length > 0) throw new AggregateError(failures, `cleaning up: ${failures.map(String).join('; ')}`)
  }
}
