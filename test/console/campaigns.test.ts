import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { campaignOf, save, setEnabled, triggeredBy, type WireFight } from '../campaigns/campaigns.js'
import { goTo, hasBrowser, type Look, type Tab } from './browser.js'
import { setStage } from './stage.js'

const LOST = "event => event.data?.result === 'loss'"

describe.skipIf(!hasBrowser)('the campaigns page', () => {
  const stage = setStage()

  const open = (role: 'crm' | 'analyst', path: string, look: Look = {}): Promise<Tab> => stage.open(role, path, look)
  /** Nothing went wrong in it: no refusal of the Content-Security-Policy either. */
  const closeFine = async (tab: Tab): Promise<void> => {
    expect(tab.errors).toEqual([])
    await tab.close()
  }

  it('says what to do where there is none, and takes one that fires without a reload', async () => {
    const tab = await open('crm', 'campaigns')
    const { page } = tab
    await page.getByText('There are no campaigns yet').waitFor()
    await page.getByRole('link', { name: 'New campaign' }).click()
    await page.getByLabel('Id', { exact: true }).fill('consolation')
    await page.getByLabel('Name', { exact: true }).fill('A good word')
    await page.getByLabel('Game', { exact: true }).fill('foe')
    await page.getByLabel('Event name').fill('fight')
    await page.getByLabel('Cooldown', { exact: true }).fill('2')
    await page.getByLabel('Offer').fill('{ "spins": 20 }')
    await page.getByLabel('Switched on').check()
    await write(page, LOST)
    await page.getByText('The filter can run.').waitFor()
    await tab.expectAccessible()
    await page.getByRole('button', { name: 'Save campaign' }).click()
    await page.getByRole('heading', { name: 'A good word' }).waitFor()
    await page.getByText('A good word is saved, and on.').waitFor()
    expect(await fact(page, 'Triggers')).toBe('0')

    await stage.client.send([
      fight({ event_id: 'lost-1', player_id: 'ann', data: { result: 'loss' } }),
      fight({ event_id: 'won-1' }),
    ])
    await page
      .locator('dt', { hasText: /^Triggers$/ })
      .locator('xpath=../dd[.="1"]')
      .waitFor()
    await page.getByRole('link', { name: 'Triggers' }).click()
    await page.getByRole('cell', { name: 'lost-1' }).waitFor()
    expect(await triggeredBy(stage.client, 'consolation')).toEqual(['lost-1'])
    const { campaign } = await stage.client.data<{ campaign: object }>(
      '{ campaign(id: "consolation") { cooldown offer enabled filter } }',
    )
    expect(campaign).toEqual({ cooldown: 'PT2H', offer: { spins: 20 }, enabled: true, filter: LOST })

    await goTo(page, 'campaigns')
    const row = page.getByRole('row', { name: /A good word consolation/ })
    await row.getByRole('cell', { name: '1', exact: true }).first().waitFor()
    await stage.client.send([fight({ event_id: 'lost-2', player_id: 'bob', data: { result: 'loss' } })])
    await row.getByRole('cell', { name: '2', exact: true }).first().waitFor()
    await page
      .getByRole('region', { name: /^Triggers/ })
      .getByRole('link', { name: 'bob' })
      .waitFor()
    await tab.expectAccessible()
    await closeFine(tab)
  })

  it('holds the live triggers still until they are let go', async () => {
    await save(stage.client, { id: 'held', eventName: 'held' })
    const tab = await open('crm', 'campaigns/held/triggers')
    const card = tab.page.getByRole('region', { name: 'Newest triggers', exact: true })
    const height = async () => (await card.boundingBox())!.height
    await tab.page.getByText('Nothing has triggered yet').waitFor()
    const empty = await height()
    await stage.client.send([fight({ event_id: 'seen', event_name: 'held' })])
    await tab.page.getByRole('cell', { name: 'seen' }).waitFor()
    expect(Math.abs((await height()) - empty)).toBeLessThanOrEqual(2)
    await tab.page.getByRole('button', { name: /^Pause/ }).click()
    await stage.client.send([fight({ event_id: 'waiting', event_name: 'held' })])
    await tab.page.getByRole('button', { name: /Go on \(1 new\)/ }).waitFor()
    expect(await tab.page.getByRole('cell', { name: 'waiting' }).count()).toBe(0)
    await tab.page.getByRole('button', { name: /^Go on/ }).click()
    await tab.page.getByRole('cell', { name: 'waiting' }).waitFor()
    await closeFine(tab)
  })

  it('shows a trigger once that comes while the list is read', async () => {
    await save(stage.client, { id: 'between', eventName: 'between' })
    const tab = await open('crm', 'campaigns/held')
    const { page } = tab
    await page.route('**/graphql', async route => {
      const isList = route.request().postData()?.includes('query NewestTriggers') ?? false
      if (isList) await stage.client.send([fight({ event_id: 'in-both', event_name: 'between' })])
      await route.continue()
    })
    await goTo(page, 'campaigns/between/triggers')
    await page.getByRole('cell', { name: 'in-both' }).waitFor()
    await stage.client.send([fight({ event_id: 'behind', event_name: 'between' })])
    await page.getByRole('cell', { name: 'behind' }).waitFor()
    expect(await page.getByRole('cell', { name: 'in-both' }).count()).toBe(1)
    await closeFine(tab)
  })

  it('takes times as they are typed, and keeps those that are not', async () => {
    const times = { startsAt: '2026-03-28T01:30:00.000Z', endsAt: '2090-01-01T00:00:30.500Z' }
    await save(stage.client, { id: 'timed', ...times })
    const tab = await open('crm', 'campaigns/timed', { timezoneId: 'Europe/Malta' })
    const { page } = tab
    const starts = page.getByLabel('Starts')
    expect(await starts.inputValue()).toBe('2026-03-28T02:30')
    // By way of a time that is none: clocks in Malta went from 02:00 to 03:00.
    await starts.pressSequentially('0329')
    expect(await starts.inputValue()).toBe('2026-03-29T02:30')
    await page.keyboard.type('20260430AM')
    expect(await starts.inputValue()).toBe('2026-03-29T04:30')
    await page.getByRole('button', { name: 'Save changes' }).click()
    await page.getByText('is saved as version 2').waitFor()
    const { campaign } = await stage.client.data<{ campaign: object }>('{ campaign(id: "timed") { startsAt endsAt } }')
    expect(campaign).toEqual({ startsAt: '2026-03-29T02:30:00.000Z', endsAt: times.endsAt })

    await page.getByLabel('Time', { exact: true }).selectOption('own')
    const from = page.getByLabel('From', { exact: true })
    await from.press('Delete')
    expect(await from.inputValue()).toBe('')
    await from.pressSequentially('03292026')
    await from.press('Tab')
    await expect.poll(() => from.inputValue()).toMatch(/^2026-03-29T/)
    const asked = page.waitForRequest(request => request.postData()?.includes('"samples":5') ?? false)
    await from.fill('2026-03-29T04:00')
    await page.getByRole('button', { name: 'Preview' }).click()
    expect((await asked).postDataJSON().variables.from).toBe('2026-03-29T02:00:00.000Z')
    await closeFine(tab)
  })

  it('marks what the server refuses in a filter at its place', async () => {
    await save(stage.client, { id: 'wrong' })
    const tab = await open('crm', 'campaigns/wrong')
    const { page } = tab
    await page.getByText('The filter can run.').waitFor()
    await write(page, 'event => {\n  const now = Date.now()\n  return now > 0\n}')
    await page.getByText(/^Line 2, column 15: /).waitFor()
    const marked = page.locator('.cm-line', { has: page.locator('.cm-lintRange-error') })
    expect(await marked.allTextContents()).toEqual(['  const now = Date.now()'])
    expect(await page.locator('.cm-lintRange-error').textContent()).toBe('Date')
    await tab.expectAccessible()
    await page.getByRole('button', { name: 'Save changes' }).click()
    const refusal = page.getByText(/filter is refused at line 2, column 15/)
    await refusal.waitFor()
    expect((await campaignOf(stage.client, 'wrong')).version).toBe(1)
    await write(page, 'event => true &&')
    await page.getByText(/^Line 1, column 17: /).waitFor()
    expect(await refusal.count()).toBe(0)
    await page.getByRole('button', { name: 'Drop changes' }).click()
    await page.getByText('The filter can run.').waitFor()
    expect(await page.locator('.cm-line').allTextContents()).toEqual(['event => true'])
    await closeFine(tab)
  })

  it('proposes what an event has, and lets Tab out', async () => {
    await save(stage.client, { id: 'typed' })
    const tab = await open('crm', 'campaigns/typed', { theme: 'dark' })
    const { page } = tab
    // Typed over a coloured word: that word's colour must not come back as a style attribute.
    await write(page, 'function (')
    await page.keyboard.press('ControlOrMeta+a')
    await page.keyboard.type('h')
    await page.keyboard.type('it => hit.player.turn')
    await expect
      .poll(async () => {
        await page.getByRole('option', { name: /^turnover1h/ }).waitFor()
        await page.locator('.cm-completionInfo', { hasText: 'Sum of stakes in the last hour' }).waitFor()
        await page.keyboard.press('Enter')
        const text = await page.locator('.cm-content').innerText()
        // In the moment after it has come a proposal can't be taken, as it may not be the one that was meant: Enter breaks
        // the line then.
        if (text.includes('\n')) {
          await page.keyboard.press('ControlOrMeta+a')
          await page.keyboard.type('hit => hit.player.turn')
        }
        return text
      })
      .toContain('hit.player.turnover1h')
    const inEditor = () => page.evaluate("document.activeElement.classList.contains('filter-editor')")
    expect(await inEditor()).toBe(true)
    await page.keyboard.press('Tab')
    expect(await inEditor()).toBe(false)
    await tab.expectAccessible()
    await closeFine(tab)
  })

  it('shows what a filter would have done, and whether it did', async () => {
    await save(stage.client, { id: 'tried', eventName: 'tried', filter: "e => e.data.result === 'loss'" })
    const of = (event_id: string, rest: Partial<WireFight>) => fight({ event_id, event_name: 'tried', ...rest })
    await stage.client.send([
      of('t-1', { player_id: 'ann', data: { result: 'loss', hero: { name: 'Ada' } } }),
      of('t-2', { player_id: 'ann', data: { result: 'win' } }),
      of('t-3', { player_id: 'bob', data: { result: 'loss' } }),
      of('t-4', { player_id: 'cat' }),
    ])
    const tab = await open('crm', 'campaigns/tried')
    const { page } = tab
    await page.getByRole('button', { name: 'Preview' }).click()
    await page.getByRole('heading', { name: 'The earliest matches' }).waitFor()
    const preview = page.getByRole('region', { name: 'Preview on what has happened' })
    expect(await preview.locator('.facts dd').allTextContents()).toEqual(['4', '2 50.0 % of them', '2', '1'])
    await preview.getByText(/First error:.*no property "result".* \(line 1, column/).waitFor()
    await preview.getByText('"name": "Ada"').waitFor()
    expect(await preview.getByRole('status').textContent()).toBe('2 of 4 events match')
    await tab.expectAccessible()
    await write(page, 'e => true')
    await preview.getByText('The rules above have changed since').waitFor()
    await preview.getByRole('button', { name: 'Preview' }).click()
    await expect
      .poll(() => preview.locator('.facts dd').first().locator('xpath=../../div[2]/dd').textContent())
      .toMatch(/^4/)
    await preview.getByRole('link', { name: 'Did it trigger?' }).first().click()
    await page.getByText('It did trigger.').waitFor()
    expect(await page.getByLabel('Event id').inputValue()).toBe('t-1')
    // What was written is still there.
    await page.getByRole('link', { name: 'Rules' }).click()
    await page.getByText('You have unsaved changes').waitFor()
    await page.locator('.cm-line', { hasText: 'e => true' }).waitFor()
    await closeFine(tab)
  })

  it('shows what changed between two versions', async () => {
    await save(stage.client, { id: 'grown', filter: 'event => {\n  return true\n}', offer: { spins: 1 } })
    await save(stage.client, { id: 'grown', filter: 'event => {\n  return event.amount > 5\n}', cooldown: 'P1D' })
    await save(stage.client, { id: 'grown', filter: 'event => {\n  return event.amount > 5\n}', game: 'elvenar' })
    const tab = await open('analyst', 'campaigns/grown/versions')
    const { page } = tab
    const cells = page.getByRole('region', { name: /^Fields that differ/ }).locator('tbody td')
    await cells.first().waitFor()
    expect(await cells.allTextContents()).toEqual(['Game', 'foe', 'elvenar', 'Cooldown', '1 day', 'none'])
    await page.getByLabel('From').selectOption('1')
    await page.getByLabel('To', { exact: true }).selectOption('2')
    const diff = page.getByRole('region', { name: 'Filter, line by line' }).getByRole('listitem')
    await diff.first().waitFor()
    await page.getByText('1 field changed, 2 lines added, 4 lines removed', { exact: true }).waitFor()
    expect(await diff.allTextContents()).toEqual([
      ' event => {',
      '-removed:   return true',
      '+added:   return event.amount > 5',
      ' }',
    ])
    expect(await cells.allTextContents()).toEqual(['Cooldown', 'none', '1 day'])
    await page.getByRole('region', { name: 'Offer, line by line' }).getByText('"spins": 1').waitFor()
    await tab.expectAccessible()
    await closeFine(tab)
  })

  it('switches off and on after asking, and explains what did not trigger', async () => {
    await save(stage.client, { id: 'switched', name: 'Switched', eventName: 'switched' })
    const tab = await open('crm', 'campaigns')
    const { page } = tab
    const row = page.getByRole('row', { name: /Switched switched/ })
    await row.getByRole('button', { name: 'Switch off Switched' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('nothing triggers it any more').waitFor()
    await tab.expectAccessible()
    await dialog.getByRole('button', { name: 'Switch off' }).click()
    await row.getByText('off', { exact: true }).waitFor()
    await stage.client.send([fight({ event_id: 'while-off', event_name: 'switched' })])
    expect(await triggeredBy(stage.client, 'switched')).toEqual([])

    await row.getByRole('link', { name: 'Switched' }).click()
    await page.getByRole('link', { name: 'Why not?' }).click()
    await page.getByLabel('Event id').fill('while-off')
    await page.getByRole('button', { name: 'Explain' }).click()
    await page.getByText('It did not trigger.').waitFor()
    const stopped = page.locator('.gates [aria-current=step]')
    expect(await stopped.getAttribute('data-gate')).toBe('DISABLED')
    expect(await stopped.innerText()).toContain('version 2 was switched off by "crm-1"')
    expect(await page.locator('.gates .passed').count()).toBe(1)
    await tab.expectAccessible()

    await page.getByRole('button', { name: 'Switch on Switched' }).click()
    await dialog.getByText('From the next batch of events on, every event switched of foe').waitFor()
    await dialog.getByRole('button', { name: 'Switch on' }).click()
    await page.locator('.badge', { hasText: /^on$/ }).waitFor()
    await stage.client.send([fight({ event_id: 'while-on', event_name: 'switched' })])
    expect(await triggeredBy(stage.client, 'switched')).toEqual(['while-on'])
    await page.getByLabel('Event id').fill('never-sent')
    await page.getByRole('button', { name: 'Explain' }).click()
    await page.getByText('there is no event never-sent like that').waitFor()
    await closeFine(tab)
  })

  it('names each gate that stops an event, in the order in which they are asked', async () => {
    await save(stage.client, { id: 'gated', eventName: 'gated', filter: LOST, maxTriggersPerPlayer: 1 })
    const loss = { event_name: 'gated', data: { result: 'loss' } }
    await stage.client.send([fight({ ...loss, event_id: 'g-game', game: 'elvenar' })])
    await stage.client.send([fight({ ...loss, event_id: 'g-won', data: { result: 'win' } })])
    await stage.client.send([fight({ ...loss, event_id: 'g-first', player_id: 'capped' })])
    await stage.client.send([fight({ ...loss, event_id: 'g-cap', player_id: 'capped' })])
    const tab = await open('analyst', 'campaigns')
    const gateOf = async (event: string) => {
      await goTo(tab.page, `campaigns/gated/why/${event}`)
      await tab.page.locator('main .mono', { hasText: event }).waitFor()
      return tab.page.locator('.gates [aria-current=step]').getAttribute('data-gate')
    }
    const gates = [await gateOf('g-game'), await gateOf('g-won'), await gateOf('g-cap')]
    expect(gates).toEqual(['WRONG_GAME', 'FILTER_FALSE', 'PLAYER_CAP'])
    expect(await tab.page.locator('.gates .unasked').count()).toBe(2)
    await closeFine(tab)
  })

  it('keeps both texts where two save the same campaign', async () => {
    await save(stage.client, { id: 'shared', name: 'First' })
    const tab = await open('crm', 'campaigns/shared')
    const { page } = tab
    const name = page.getByLabel('Name', { exact: true })
    await name.fill('Mine')
    await save(stage.client, { id: 'shared', name: 'Theirs' })
    await page.getByText('Somebody else saved this campaign meanwhile').waitFor()
    await page.getByText('admin-1 saved version 2').waitFor()
    expect(await page.getByRole('button', { name: 'Save changes' }).isDisabled()).toBe(true)
    await tab.expectAccessible()
    await page.getByRole('button', { name: 'Keep my text' }).click()
    expect(await name.inputValue()).toBe('Mine')
    await page.getByRole('button', { name: 'Save changes' }).click()
    await page.getByRole('heading', { name: 'Mine' }).waitFor()
    expect((await campaignOf(stage.client, 'shared')).version).toBe(3)

    await name.fill('Mine again')
    await save(stage.client, { id: 'shared', name: 'Theirs again' })
    await page.getByRole('button', { name: 'Take version 4, drop my text' }).click()
    expect(await name.inputValue()).toBe('Theirs again')
    // A switch by somebody else is no other text.
    await name.fill('Still mine')
    await setEnabled(stage.client, 'shared', false)
    await page.getByText('Once saved, it stays off.').waitFor()
    expect(await name.inputValue()).toBe('Still mine')
    await page.getByRole('button', { name: 'Save changes' }).click()
    await page.getByRole('heading', { name: 'Still mine' }).waitFor()
    expect(await campaignOf(stage.client, 'shared')).toMatchObject({ version: 6, enabled: false })
    await closeFine(tab)
  })

  it('warns before an unsaved draft is lost, whatever page is open', async () => {
    await save(stage.client, { id: 'unsaved' })
    const tab = await open('crm', 'campaigns/unsaved')
    const { page } = tab
    const name = page.getByLabel('Name', { exact: true })
    // Browsers ask only where somebody has really touched the page.
    await name.click()
    await name.fill('Not saved')
    await page.getByRole('button', { name: 'Drop changes' }).waitFor()
    await goTo(page, 'live')
    await page.getByRole('heading', { name: 'VIP entries' }).waitFor()
    const asked = page.waitForEvent('dialog')
    await page.close({ runBeforeUnload: true })
    const dialog = await asked
    expect(dialog.type()).toBe('beforeunload')
    await dialog.dismiss()
    await goTo(page, 'campaigns/unsaved')
    await name.waitFor()
    expect(await name.inputValue()).toBe('Not saved')
    await page.getByRole('button', { name: 'Drop changes' }).click()
    await page.getByText('Everything is saved.').waitFor()
    const closed = page.waitForEvent('close')
    await page.close({ runBeforeUnload: true })
    await closed
    await closeFine(tab)
  })

  it('opens a campaign whose id is new', async () => {
    await save(stage.client, { id: 'new', name: 'Of an odd id' })
    const tab = await open('analyst', 'campaigns/new')
    await tab.page.getByRole('heading', { name: 'Of an odd id' }).waitFor()
    await closeFine(tab)
  })

  it('shows a refusal at its field', async () => {
    await save(stage.client, { id: 'there' })
    const tab = await open('crm', 'campaigns/~new')
    const { page } = tab
    await page.getByLabel('Id', { exact: true }).fill('there')
    await page.getByLabel('Name', { exact: true }).fill('Once more')
    await page.getByLabel('Game', { exact: true }).fill('foe')
    await page.getByLabel('Event name').fill('fight')
    await page.getByLabel('Offer').fill('{ spins: 20 }')
    await page.getByLabel('Ends').fill('2020-01-01T00:00')
    const submit = () => page.getByRole('button', { name: 'Save campaign' }).click()
    await submit()
    await page.getByText(/^This is not JSON: /).waitFor()
    await page.getByLabel('Offer').fill('')
    await submit()
    await page.getByText(/^endsAt must be later than startsAt/).waitFor()
    await page.getByLabel('Ends').fill('2090-01-01T00:00')
    await submit()
    await page.getByText('There is a campaign of this id already').waitFor()
    await tab.expectAccessible()
    expect((await campaignOf(stage.client, 'there')).version).toBe(1)
    await closeFine(tab)
  })

  it('imports lines of the Kafka/Flink demo, and shows its notes', async () => {
    const line = {
      campaign_id: 4711,
      enabled: true,
      game: 'tide',
      event_name: 'fight',
      filter: 'function(e) { return true }',
    }
    const times = { start_date: '2023-09-01T10:00:00.00Z', end_date: '2023-12-01T10:00:00.00Z' }
    const tab = await open('crm', 'campaigns')
    const { page } = tab
    await page.getByRole('button', { name: 'Import' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Lines').fill(`${JSON.stringify({ ...line, ...times })}\nnonsense`)
    await tab.expectAccessible()
    await dialog.getByRole('button', { name: 'Import' }).click()
    await dialog.getByText('1 campaign is saved, 1 line was refused.').waitFor()
    await dialog.getByText(/Line 2: line is not JSON/).waitFor()
    await tab.expectAccessible()
    await dialog.getByRole('button', { name: 'Done' }).click()
    await page.getByLabel('Game').fill('tide')
    await page.getByText('1 of 1 campaigns').waitFor()
    await page
      .getByRole('row', { name: /Campaign 4711/ })
      .getByText('on, ended')
      .waitFor()
    await page.getByLabel('State').selectOption('off')
    await page.getByText('No campaign fits').waitFor()
    await closeFine(tab)
  })

  it('lets an analyst read and try, and change nothing', async () => {
    await save(stage.client, { id: 'read', eventName: 'read' })
    await stage.client.send([fight({ event_id: 'read-1', event_name: 'read' })])
    const tab = await open('analyst', 'campaigns')
    const { page } = tab
    await page.getByRole('link', { name: 'read', exact: true }).first().waitFor()
    expect(await page.getByRole('button', { name: /Switch o|Import/ }).count()).toBe(0)
    expect(await page.getByRole('link', { name: 'New campaign' }).count()).toBe(0)
    await goTo(page, 'campaigns/~new')
    await page.getByText('Campaigns are written by the roles crm and admin').waitFor()
    await goTo(page, 'campaigns/read')
    await page.getByText('Saving it needs the role crm or admin.').waitFor()
    expect(await page.getByLabel('Name', { exact: true }).isDisabled()).toBe(true)
    expect(await page.getByRole('button', { name: /Save|Switch/ }).count()).toBe(0)
    await write(page, "event => event.eventId === 'read-1'")
    await page.getByRole('button', { name: 'Preview' }).click()
    await page.getByText('1 100.0 % of them').waitFor()
    await tab.expectAccessible()
    await closeFine(tab)
  })

  it('fits a phone', async () => {
    const tab = await open('crm', 'campaigns', { width: 360, theme: 'dark' })
    const { page } = tab
    const overflow = () => page.evaluate('document.documentElement.scrollWidth - innerWidth')
    await page.getByRole('link', { name: 'A good word' }).first().waitFor()
    expect(await overflow()).toBeLessThanOrEqual(0)
    await tab.expectAccessible()
    for (const path of ['consolation', 'consolation/versions', 'consolation/why/lost-1']) {
      await goTo(page, `campaigns/${path}`)
      await page.getByRole('heading', { name: 'A good word' }).waitFor()
      await page.locator('main .card h2').first().waitFor()
      expect(await overflow()).toBeLessThanOrEqual(0)
      await tab.expectAccessible()
    }
    await closeFine(tab)
  })
})

/** In place of what the editor holds. */
async function write(page: Page, filter: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Filter' }).click()
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.insertText(filter)
}

const fact = (page: Page, name: string): Promise<string | null> =>
  page
    .locator('dt', { hasText: new RegExp(`^${name}$`) })
    .locator('xpath=../dd')
    .textContent()

let ids = 0

/** Of now, so that it is within what previews look at and campaigns are on in. */
const fight = (event: Partial<WireFight>): WireFight => ({
  event_id: `fight-${++ids}`,
  player_id: 'p',
  event_type: 'progress',
  event_name: 'fight',
  game: 'foe',
  timestamp: new Date().toISOString(),
  ...event,
})
