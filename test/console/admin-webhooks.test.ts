import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { Receiver } from '../webhooks/receiver.js'
import { verifies } from '../webhooks/standard-webhooks.js'
import { goTo, hasBrowser } from './browser.js'
import { held } from './held.js'
import { saysAt } from './says-at.js'
import { setStage } from './stage.js'

const SAVE = 'mutation ($input: WebhookInput!) { saveWebhook(input: $input) { secret } }'
const TEST = 'mutation ($id: ID!) { testWebhook(id: $id) { id status } }'

describe.skipIf(!hasBrowser)('webhooks on the admin page', () => {
  const stage = setStage({ WEBHOOK_ALLOW_PRIVATE: 'true' })
  let receiver: Receiver
  beforeAll(async () => {
    receiver = await Receiver.open()
  })
  afterAll(() => receiver?.close())
  beforeEach(() => {
    receiver.behaviour = () => 204
  })
  const open = (path = 'admin/webhooks') => stage.open('crm', path)
  const webhooks = async () => {
    const query = '{ webhooks { id url topics enabled circuit pending deadLetters } }'
    return (await stage.client.data<{ webhooks: { id: string }[] }>(query)).webhooks
  }
  const save = (id: string, more: object = {}) =>
    stage.client.data(SAVE, { input: { id, url: receiver.url, topics: ['VIP_ENTERED'], ...more } })
  const test = (id: string) => stage.client.data(TEST, { id })

  it('are made with a secret that is shown once, and works', async () => {
    const tab = await open()
    const { page } = tab
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    const dialog = page.getByRole('dialog')
    await page.getByText('There is no webhook yet').waitFor()
    await page.getByRole('button', { name: 'New webhook' }).click()
    await dialog.getByLabel('Id', { exact: true }).fill('shop')
    await dialog.getByLabel('URL').fill('ftp://shop.example')
    await dialog.getByLabel('VIP entries').uncheck()
    await tab.expectAccessible()
    const create = dialog.getByRole('button', { name: 'Create' })
    await create.click()
    await saysAt(dialog.getByLabel('URL'), /must be https or http/)
    await dialog.getByLabel('URL').fill(receiver.url)
    await create.click()
    await dialog.getByRole('group', { name: 'Topics' }).getByText('must name at least one topic').waitFor()
    await dialog.getByLabel('Prize awards').check()
    await dialog.getByLabel('Secret').fill('short')
    await create.click()
    await saysAt(dialog.getByLabel('Secret'), /must have 8 to 256 characters/)
    await dialog.getByLabel('Secret').fill('')
    await create.click()

    await dialog.getByText('it is not shown again').waitFor()
    const secret = await dialog.getByLabel('Secret').inputValue()
    expect(secret).toMatch(/^whsec_/)
    await tab.expectAccessible()
    await dialog.getByRole('button', { name: 'Copy' }).click()
    await dialog.getByText('Copied.').waitFor()
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(secret)
    await dialog.getByRole('button', { name: 'I have it' }).click()
    await dialog.waitFor({ state: 'detached' })
    await page.getByRole('row', { name: /shop.*Prize awards.*enabled.*sending/ }).waitFor()
    expect(await page.content()).not.toContain(secret)
    expect(await webhooks()).toMatchObject([
      { id: 'shop', url: receiver.url, topics: ['PRIZE_AWARDED'], enabled: true },
    ])

    await page.getByRole('button', { name: 'Test shop' }).click()
    await dialog.getByText('It works. The endpoint has taken the test: HTTP 204.').waitFor()
    expect(receiver.requests).toHaveLength(1)
    expect(verifies(secret, receiver.requests[0]!)).toBe(true)
    expect(tab.errors).toEqual([])
    await tab.close()
  })

  it('are edited with their secret kept, and never made in the place of another', async () => {
    await save('kept', { secret: 'a secret of ours' })
    const tab = await open()
    const { page } = tab
    const dialog = page.getByRole('dialog')
    await page.getByRole('button', { name: 'Edit kept' }).click()
    await dialog.getByLabel('Campaign triggers').check()
    await dialog.getByLabel('Enabled').uncheck()
    await dialog.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('row', { name: /kept.*VIP entries, Campaign triggers.*disabled/ }).waitFor()
    await test('kept')
    expect(verifies('a secret of ours', receiver.requests.at(-1)!)).toBe(true)

    await page.getByRole('button', { name: 'New webhook' }).click()
    await dialog.getByLabel('Id', { exact: true }).fill('latest')
    await dialog.getByLabel('URL').fill('https://elsewhere.example')
    // Somebody else was faster by a moment.
    await save('latest')
    await dialog.getByRole('button', { name: 'Create' }).click()
    await saysAt(dialog.getByLabel('Id', { exact: true }), /There is a webhook with this id already/)
    expect((await webhooks()).find(({ id }) => id === 'latest')).toMatchObject({ url: receiver.url })
    await tab.close()
  })

  it('are made once it is known which there are', async () => {
    const tab = await open('live')
    const answer = await held(tab.page, 'query Webhooks')
    await goTo(tab.page, 'admin/webhooks')
    await answer.asked
    const create = tab.page.getByRole('button', { name: 'New webhook' })
    expect(await create.isDisabled()).toBe(true)
    answer.release()
    await expect.poll(() => create.isEnabled()).toBe(true)
    await tab.close()
  })

  it('do not lose the secret by a hasty Escape', async () => {
    const tab = await open()
    const { page } = tab
    const dialog = page.getByRole('dialog')
    const pressEscape = async () => {
      for (let i = 0; i < 3; i++) await page.keyboard.press('Escape')
    }
    await page.getByRole('button', { name: 'New webhook' }).click()
    await dialog.getByLabel('Id', { exact: true }).fill('hasty')
    await dialog.getByLabel('URL').fill(receiver.url)
    const answer = await held(page, 'mutation SaveWebhook')
    await dialog.getByRole('button', { name: 'Create' }).click()
    await answer.asked
    await pressEscape()
    answer.release()
    await dialog.getByText('it is not shown again').waitFor()
    await pressEscape()
    expect(await dialog.getByLabel('Secret').inputValue()).toMatch(/^whsec_/)
    expect(await dialog.getByLabel('Secret').isVisible()).toBe(true)
    await dialog.getByRole('button', { name: 'I have it' }).click()
    await dialog.waitFor({ state: 'detached' })
    await tab.close()
  })

  it('are deleted once it has been said what goes with them', async () => {
    await save('gone')
    receiver.behaviour = () => 500
    await test('gone')
    const tab = await open()
    const { page } = tab
    const dialog = page.getByRole('dialog')
    await page.getByRole('button', { name: 'Delete gone' }).click()
    await dialog.getByText('0 pending, 1 given up').waitFor()
    await tab.expectAccessible()
    await dialog.getByRole('button', { name: 'Keep it as it is' }).click()
    await dialog.waitFor({ state: 'detached' })
    expect((await webhooks()).map(({ id }) => id)).toContain('gone')
    await page.getByRole('button', { name: 'Delete gone' }).click()
    await dialog.getByRole('button', { name: 'Delete', exact: true }).click()
    await page.getByText('The webhook gone is deleted.').waitFor()
    await page.getByRole('button', { name: 'Delete gone' }).waitFor({ state: 'detached' })
    expect((await webhooks()).map(({ id }) => id)).not.toContain('gone')
    await tab.close()
  })

  it.each([
    ['OPEN', 'paused'],
    ['HALF_OPEN', 'probing'],
  ])('say in words that their circuit is %s', async (circuit, word) => {
    await save('broken', { enabled: false })
    const update = `UPDATE webhook SET circuit = $1, circuit_until = now() + interval '1 hour' WHERE id = 'broken'`
    await stage.database.query(update, [circuit])
    const tab = await open()
    await tab.page.getByRole('row', { name: new RegExp(`broken.*disabled.*${word}`) }).waitFor()
    await tab.close()
  })

  describe('deliveries', () => {
    it('are sent again, and what came of it is seen without a reload', async () => {
      await save('again')
      receiver.behaviour = () => 503
      await test('again')
      const tab = await open()
      const { page } = tab
      await page.getByRole('link', { name: 'again' }).click()
      await page.getByRole('heading', { name: 'Deliveries of again' }).waitFor()
      await rowOf(page, /VIP entries given up 1 HTTP 503/).waitFor()
      await tab.expectAccessible()
      receiver.behaviour = () => 204
      await page.getByRole('button', { name: /^Redeliver/ }).click()
      await page.getByText(/is pending again and due/).waitFor()
      await rowOf(page, /VIP entries delivered 2 HTTP 204/).waitFor()

      // Once more would be a double: it is asked first.
      const sent = receiver.requests.length
      await page.getByRole('button', { name: /^Redeliver/ }).click()
      await page.getByRole('dialog').getByText('gets it a second time').waitFor()
      expect(receiver.requests).toHaveLength(sent)
      await page.getByRole('dialog').getByRole('button', { name: 'Redeliver' }).click()
      await rowOf(page, /VIP entries delivered 3 HTTP 204/).waitFor()
      expect(receiver.requests).toHaveLength(sent + 1)
      expect(tab.errors).toEqual([])
      await tab.close()
    })

    it('are narrowed down by status', async () => {
      await save('mixed')
      await test('mixed')
      receiver.behaviour = () => 500
      await test('mixed')
      const tab = await open('admin/webhooks/mixed')
      const { page } = tab
      await rowOf(page, /delivered/).waitFor()
      await rowOf(page, /given up/).waitFor()
      await page.getByLabel('Status').selectOption('Given up')
      await rowOf(page, /delivered/).waitFor({ state: 'detached' })
      await rowOf(page, /given up/).waitFor()
      await page.getByLabel('Status').selectOption('Pending')
      await page.getByText('There is no such delivery').waitFor()
      await tab.close()
    })

    it('renew themselves with all the pages that are shown, and move nothing: new ones wait', async () => {
      await save('busy')
      for (let i = 0; i < 60; i++) await test('busy')
      const tab = await open('admin/webhooks/busy')
      const { page } = tab
      const rows = page.getByRole('region', { name: 'Deliveries, newest first' }).locator('tbody tr')
      await expect.poll(() => rows.count()).toBe(50)
      await page.getByRole('button', { name: 'Show more' }).click()
      await expect.poll(() => rows.count()).toBe(60)
      const shown = await rows.allTextContents()
      await page.evaluate(`
        window.shifts = []
        new PerformanceObserver(list => shifts.push(...list.getEntries().map(entry => entry.value)))
          .observe({ type: 'layout-shift' })`)
      await test('busy')
      await test('busy')
      await page.getByText('60 of 62 deliveries').waitFor()
      expect(await rows.allTextContents()).toEqual(shown)
      expect(await page.evaluate('shifts')).toEqual([])
      await page.getByRole('button', { name: 'Show 2 new' }).click()
      await expect.poll(() => rows.count()).toBe(62)
      expect((await rows.allTextContents()).slice(2)).toEqual(shown)
      await page.getByRole('button', { name: 'Nothing new' }).waitFor()
      await tab.close()
    })

    it('of a webhook that there is not are none', async () => {
      const tab = await open('admin/webhooks/nobody')
      await tab.page.getByText('There is no webhook with this id').waitFor()
      await tab.page.getByRole('link', { name: 'All webhooks' }).click()
      await tab.page.getByRole('heading', { name: 'Webhooks' }).waitFor()
      expect(tab.errors).toEqual([])
      await tab.close()
    })
  })
})

const rowOf = (page: Page, words: RegExp) => page.getByRole('row', { name: words }).first()
