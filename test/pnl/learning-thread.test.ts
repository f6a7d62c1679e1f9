import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { learnInThread } from '../../src/pnl/learning-thread.js'
import { ENGINES } from '../support/engines.js'
import { install, type TestInstallation } from '../support/server.js'

describe.each(ENGINES)('a learning thread on $name', engine => {
  let installation: TestInstallation
  beforeAll(async () => {
    installation = await install(engine)
  })
  afterAll(() => installation.close())

  test('answers, of no markets too', async () => {
    const learned = await learnInThread(installation.database.url, new AbortController().signal)
    expect(learned).toEqual({ markets: 0, trained: null })
  })

  test('ends when the node stops, and when its time is over', async () => {
    const stop = new AbortController()
    const stopped = learnInThread(installation.database.url, stop.signal)
    stop.abort()
    await expect(stopped).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    await expect(learnInThread(installation.database.url, stop.signal)).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    const late = learnInThread(installation.database.url, new AbortController().signal, 1)
    await expect(late).rejects.toMatchObject({ code: 'TIMEOUT', message: 'training took longer than 0.001 s' })
  })

  test('tells what went wrong in it', async () => {
    const nowhere = new URL(installation.database.url)
    nowhere.pathname = '/nowhere'
    const lost = learnInThread(nowhere.href, new AbortController().signal)
    await expect(lost).rejects.toThrow('database "nowhere" does not exist')
  })
})
