import type { Locator } from 'playwright-core'
import { expect } from 'vitest'

/** The field is marked, and what it is described by says why. */
export async function saysAt(field: Locator, words: RegExp): Promise<void> {
  await expect.poll(() => field.getAttribute('aria-invalid')).toBe('true')
  const described = (await field.getAttribute('aria-describedby')) ?? ''
  const texts = described.split(' ').map(id => field.page().locator(`[id="${id}"]`).textContent())
  expect((await Promise.all(texts)).join('\n')).toMatch(words)
}
