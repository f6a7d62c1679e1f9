import type { Database } from '../storage/database.js'

export interface Job {
  readonly name: string
  readonly everyMs: number
  run(): Promise<void>
}

/**
 * Runs each job every so often, one node at a time: a run holds an advisory lock on a connection of its own, which the
 * database lets go when the node dies. A run that fails is logged and comes again at its next time.
 */
export class Scheduler {
  private readonly timers = new Map<string, NodeJS.Timeout>()
  private readonly running = new Set<Promise<void>>()
  private stopped = false

  constructor(
    private readonly db: Database,
    private readonly onError: (job: string, error: Error) => void,
  ) {}

  start(jobs: readonly Job[]): void {
    for (const job of jobs) this.plan(job)
  }

  /** No run begins any more; resolves when those under way have ended. */
  async stop(): Promise<void> {
    this.stopped = true
    for (const timer of this.timers.values()) clearTimeout(timer)
    await Promise.all(this.running)
  }

  private plan(job: Job): void {
    if (this.stopped) return
    const timer = setTimeout(() => {
      const run = this.claim(job)
        .catch(error => this.onError(job.name, error as Error))
        .finally(() => {
          this.running.delete(run)
          this.plan(job)
        })
      this.running.add(run)
    }, job.everyMs)
    this.timers.set(job.name, timer)
  }

  private claim(job: Job): Promise<void> {
    return this.db.withSession(async session => {
      const [claim] = await session.rows<{ mine: boolean }>(
        '/* claimJob */ SELECT pg_try_advisory_lock($1, hashtext($2)) AS mine',
        [JOB_LOCKS, job.name],
      )
      if (!claim?.mine) return
      try {
        await job.run()
      } finally {
        await session.rows('/* releaseJob */ SELECT pg_advisory_unlock($1, hashtext($2))', [JOB_LOCKS, job.name])
      }
    })
  }
}

const JOB_LOCKS = 7_420
