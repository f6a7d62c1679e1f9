import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Locator, Page } from 'playwright-core'
import { afterEach, describe, expect, it } from 'vitest'
import type { Role } from '../../src/graphql/access.js'
import { createDraw, grantTickets, optIn, readDraw, updateDraw, wallet } from '../draws/draw-world.js'
import { goTo, hasBrowser, type Look, type Tab } from './browser.js'
import { setStage } from './stage.js'

const VERIFY = new URL('../../bin/verify-draw.mjs', import.meta.url).pathname
const HOUR_MS = 3_600_000

describe.skipIf(!hasBrowser)('the draws page', () => {
  const stage = setStage()
  const tabs: Tab[] = []
  afterEach(async () => {
    for (const tab of tabs.splice(0)) {
      expect(tab.errors).toEqual([])
      await tab.close()
    }
  })

  const open = async (role: Role, path: string, look: Look = {}): Promise<Tab> => {
    const tab = await stage.open(role, path, look)
    tabs.push(tab)
    return tab
  }
  const bet = (player_id: string, amount: number) =>
    stage.client.send([
      { event_id: crypto.randomUUID(), player_id, event_type: 'bet', amount, timestamp: new Date().toISOString() },
    ])

  it('says how to begin where there is no draw', async () => {
    const { page } = await open('admin', 'draws')
    await page.getByText('There is no draw yet').waitFor()
    await page.getByText('There is no instant win yet').waitFor()
  })

  it('takes a draw from its creation to its results, by clicks, and its proof holds', async () => {
    const { client } = stage
    const tab = await open('admin', 'draws')
    const { page } = tab
    await page.getByRole('link', { name: 'New draw' }).click()
    await page.getByLabel('Name', { exact: true }).first().fill('The spring draw')
    await page.getByLabel('Id', { exact: true }).fill('spring')
    await page.getByLabel('Most wins for a player').fill('2')
    const first = page.getByRole('group', { name: 'Prize 1' })
    await first.getByLabel('Name').fill('100 EUR')
    await first.getByLabel('Value').fill('100')
    await page.getByRole('button', { name: 'Add a prize' }).click()
    await page.getByRole('group', { name: 'Prize 2' }).getByLabel('Name').fill('A car')
    await page.getByRole('group', { name: 'Prize 2' }).getByLabel('Kind').selectOption('BONUS')
    // By keyboard, up and down and up again: the focus stays with the prize, on the button that can go on.
    const up = page.getByRole('button', { name: 'Move prize 2 up' })
    await up.press('Enter')
    const down = page.getByRole('button', { name: 'Move prize 1 down' })
    expect(await hasFocus(down)).toBe(true)
    await page.keyboard.press('Enter')
    expect(await hasFocus(up)).toBe(true)
    await page.keyboard.press('Enter')
    expect(await page.getByRole('group', { name: 'Prize 1' }).getByLabel('Name').inputValue()).toBe('A car')
    await page.getByLabel('Everybody else gets a prize too').check()
    await page.getByRole('group', { name: 'Default prize' }).getByLabel('Name').fill('A postcard')
    await tab.expectAccessible()
    await page.getByRole('button', { name: 'Create the draw' }).click()
    const asked = page.getByRole('dialog')
    await asked.getByText('It opens at once and cannot be changed any more').waitFor()
    await asked.getByRole('button', { name: 'Create it' }).click()

    await page.getByRole('heading', { name: 'The spring draw', level: 1 }).waitFor()
    await page.getByText('None since you opened this page').waitFor()
    expect(await page.locator('tbody tr').first().innerText()).toContain('A car')
    await bet('ann', 125)
    await bet('bob', 30)
    // Live, without a reload: counts, and the milestones as they are reached.
    await fact(page, 'Tickets', '15').waitFor()
    await fact(page, 'Players with a ticket', '2').waitFor()
    const milestones = page.getByRole('region', { name: 'Milestones, live' })
    await milestones.getByRole('row', { name: /ann 10 12$/ }).waitFor()
    await milestones.getByRole('button', { name: /Pause/ }).click()
    await bet('cyd', 10)
    await milestones.getByRole('button', { name: /Go on \(1 new\)/ }).click()
    await milestones.getByRole('row', { name: /cyd 1 1$/ }).waitFor()
    await tab.expectAccessible()

    await page.getByRole('button', { name: 'Draw now' }).click()
    await page.getByRole('dialog').getByText('its winners are drawn and told, for good').waitFor()
    expect(await page.getByRole('radio', { name: 'Wait for them' }).isDisabled()).toBe(true)
    expect(await page.getByRole('radio', { name: 'Leave them out' }).isChecked()).toBe(true)
    await page.getByRole('button', { name: 'Close and draw' }).click()
    const results = page.getByRole('table', { name: 'Results by position' })
    await results.getByRole('row', { name: /^1 (ann|bob|cyd) prize A car/ }).waitFor()
    // Two of the prizes, and an answer for everybody who has neither.
    const { prizeAwards } = await client.data<{ prizeAwards: { totalCount: number } }>(
      '{ prizeAwards(drawId: "spring") { totalCount } }',
    )
    await page.getByText(`${prizeAwards.totalCount} of ${prizeAwards.totalCount} results`).waitFor()
    await page.getByLabel('Outcome').selectOption('Prizes')
    await page.getByText('2 of 2 results').waitFor()
    await page.getByLabel('Outcome').selectOption('All')
    await page.getByRole('searchbox', { name: 'Player id' }).fill('nobody')
    await page.getByRole('button', { name: 'Filter' }).click()
    await page.getByText('No result fits both filters.').waitFor()
    await page.getByRole('searchbox', { name: 'Player id' }).fill('cyd')
    await page.getByRole('button', { name: 'Filter' }).click()
    await results.getByRole('row', { name: /cyd/ }).waitFor()
    await tab.expectAccessible()

    await page.getByText('hmac-sha256/highest-ticket/1').waitFor()
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Download the proof' }).click(),
    ])
    expect(download.suggestedFilename()).toBe('draw-spring.ndjson')
    const { stdout } = await promisify(execFile)(process.execPath, [VERIFY, await download.path()])
    expect(stdout).toContain('Draw spring is as computed: 3 players with 16 tickets')
  })

  it('shows what the server refuses at the field, with nothing lost', async () => {
    const { page } = await open('admin', 'draws/~new')
    await page.getByLabel('Name', { exact: true }).first().fill('Backwards')
    await page.getByLabel('Id', { exact: true }).fill('backwards')
    await page.getByLabel('Opens').fill('2030-05-02T10:00')
    await page.getByLabel('Draw time').fill('2030-05-01T10:00')
    await page.getByRole('group', { name: 'Prize 1' }).getByLabel('Name').fill('A car')
    await page.getByRole('button', { name: 'Create the draw' }).click()
    await page.getByRole('button', { name: 'Create it' }).click()
    await refused(page.getByLabel('Draw time'), 'Must be later than opensAt')
    await page.getByLabel('Draw time').fill('2030-06-01T10:00')
    await page.getByRole('group', { name: 'Prize 1' }).getByLabel('Pieces').fill('100001')
    await page.getByRole('button', { name: 'Create the draw' }).click()
    await page.getByRole('dialog').getByText('Until then it can be changed or cancelled').waitFor()
    await page.getByRole('button', { name: 'Create it' }).click()
    await refused(page.getByRole('group', { name: 'Prize 1' }).getByLabel('Pieces'), 'Must be from 1 to 100000')
    expect(await page.getByRole('group', { name: 'Prize 1' }).getByLabel('Name').inputValue()).toBe('A car')
    expect(await page.getByLabel('Draw time').getAttribute('aria-invalid')).toBe('false')
  })

  it('says at the field that a year of five digits is no date, and breaks nowhere', async () => {
    const tab = await open('admin', 'draws/~new')
    const { page } = tab
    await page.getByLabel('Name', { exact: true }).first().fill('Far off')
    await page.getByLabel('Id', { exact: true }).fill('far')
    await page.getByRole('group', { name: 'Prize 1' }).getByLabel('Name').fill('A car')
    await page.getByLabel('Draw time').fill('12030-05-01T10:00')
    await page.getByRole('button', { name: 'Create the draw' }).click()
    await refused(page.getByLabel('Draw time'), 'Not a date')
    expect(await page.getByRole('dialog').count()).toBe(0)
    await page.getByLabel('Draw time').fill('9030-05-01T10:00')
    await page.getByRole('button', { name: 'Create the draw' }).click()
    await page.getByText('At 1 May 9030, 10:00 it closes by itself').waitFor()
    await page.getByRole('button', { name: 'Keep it as it is' }).click()
    await goTo(page, 'draws')
    await page.getByRole('button', { name: 'New instant win' }).click()
    await page.getByLabel('Name').first().fill('Far off')
    await page.getByLabel('Ends').fill('12030-05-01T10:00')
    await page.getByText('Not a date').waitFor()
  })

  it('changes a draw until it opens, and keeps what was not touched to the second', async () => {
    const { client } = stage
    const opensAt = '2030-05-01T10:00:31.250Z'
    await createDraw(client, { id: 'later', name: 'Later', opensAt, drawsAt: '2030-05-08T10:00:00Z' })
    const tab = await open('admin', 'draws')
    const { page } = tab
    await page
      .getByRole('region', { name: /^Scheduled draws/ })
      .getByRole('link', { name: 'Later' })
      .click()
    await page.getByRole('link', { name: 'Edit' }).click()
    await page.getByLabel('Name', { exact: true }).first().fill('Much later')
    await page.getByLabel('Stake for a ticket').fill('2.5')
    await page.getByLabel('Milestones').fill('3, 7')
    await page.getByRole('button', { name: 'Save the draw' }).click()
    await page.getByRole('button', { name: 'Save it' }).click()
    await page.getByRole('heading', { name: 'Much later', level: 1 }).waitFor()
    const { draw } = await client.data<{ draw: object }>(
      '{ draw(id: "later") { name opensAt stakePerTicket milestones prizes { name kind value quantity } } }',
    )
    expect(draw).toEqual({
      name: 'Much later',
      opensAt,
      stakePerTicket: '2.50',
      milestones: [3, 7],
      prizes: [{ name: 'A car', kind: 'BONUS', value: '20000.00', quantity: 1 }],
    })
  })

  it('does not save over what another admin has changed meanwhile, unless it is told to', async () => {
    const { client } = stage
    const input = { id: 'shared', opensAt: '2030-05-01T10:00:00Z', drawsAt: '2030-05-08T10:00:00Z' }
    await createDraw(client, { ...input, name: 'Shared' })
    const tab = await open('admin', 'draws/shared/edit')
    const { page } = tab
    const nameField = page.getByLabel('Name', { exact: true }).first()
    const save = async () => {
      await page.getByRole('button', { name: 'Save the draw' }).click()
      await page.getByRole('button', { name: 'Save it' }).click()
    }
    const stored = async () =>
      (await client.data<{ draw: object }>('{ draw(id: "shared") { name milestones stakePerTicket } }')).draw
    await nameField.fill('Mine')
    await updateDraw(client, { ...input, name: 'Theirs', stakePerTicket: '3', milestones: [2] })
    await save()
    await page.getByRole('alert').getByText('(Name, Stake for a ticket, Milestones)').waitFor()
    await tab.expectAccessible()
    expect(await nameField.inputValue()).toBe('Mine')
    expect(await stored()).toMatchObject({ name: 'Theirs' })
    await page.getByRole('button', { name: 'Load what stands now' }).click()
    expect(await nameField.inputValue()).toBe('Theirs')
    expect(await page.getByLabel('Milestones').inputValue()).toBe('2')
    expect(await hasFocus(nameField)).toBe(true)
    await nameField.fill('Mine after all')
    await updateDraw(client, { ...input, name: 'Theirs', stakePerTicket: '4', milestones: [2] })
    await save()
    await page.getByText('(Stake for a ticket)').waitFor()
    await page.getByRole('button', { name: 'Keep my text' }).click()
    expect(await hasFocus(page.getByRole('button', { name: 'Save the draw' }))).toBe(true)
    await save()
    await page.getByRole('heading', { name: 'Mine after all', level: 1 }).waitFor()
    expect(await stored()).toEqual({ name: 'Mine after all', milestones: [2], stakePerTicket: '3.00' })
  })

  it('cannot be changed once it is open', async () => {
    await anOpenDraw('begun')
    const { page } = await open('admin', 'draws/begun')
    await page.getByRole('button', { name: 'Cancel the draw' }).waitFor()
    expect(await page.getByRole('link', { name: 'Edit' }).count()).toBe(0)
    await goTo(page, 'draws/begun/edit')
    await page.getByText('It is open: a draw can be changed before it opens only.').waitFor()
  })

  it('cancels after it has asked, with a reason that everybody can read', async () => {
    const { client } = stage
    await anOpenDraw('unlucky')
    await grantTickets(client, grant('unlucky', 'ann', 7))
    const { page } = await open('admin', 'draws/unlucky')
    await page.getByRole('button', { name: 'Cancel the draw' }).click()
    await page.getByRole('dialog').getByText('7 tickets of 1 player become worthless').waitFor()
    await page.getByRole('button', { name: 'Keep it as it is' }).click()
    await expect.poll(() => hasFocus(page.getByRole('button', { name: 'Cancel the draw' }))).toBe(true)
    expect((await readDraw(client, 'unlucky')).status).toBe('OPEN')
    await page.getByRole('button', { name: 'Cancel the draw' }).click()
    await page.getByLabel('Reason').fill('The sponsor is gone')
    await page.getByRole('button', { name: 'Cancel the draw for good' }).click()
    await page.getByText('Reason given: The sponsor is gone').waitFor()
    expect((await readDraw(client, 'unlucky')).status).toBe('CANCELLED')
    expect(await page.getByRole('button', { name: 'Draw now' }).count()).toBe(0)
  })

  it('says what a closing draw waits for, and makes it with the randomness', async () => {
    const { client } = stage
    await anOpenDraw('beacon', { entropyLabel: 'drand round 42' })
    await grantTickets(client, grant('beacon', 'ann', 3))
    await client.data('mutation { executeDraw(id: "beacon", force: true) { status } }')
    const tab = await open('admin', 'draws')
    const { page } = tab
    const closing = page.getByRole('region', { name: /^Closing draws/ })
    await closing.getByRole('row', { name: /Beacon .* public randomness 3 1/ }).waitFor()
    await closing.getByRole('link', { name: 'Beacon' }).click()
    await page.getByText('enter it as it was published').waitFor()
    await page.getByRole('button', { name: 'Enter the randomness' }).click()
    await page.getByText('cannot be changed afterwards').waitFor()
    await page.getByLabel('The value, as it was published').fill(' 4f2a')
    await page.getByRole('button', { name: 'Draw with this value' }).click()
    await refused(page.getByLabel('The value, as it was published'), 'May hold no control characters')
    await page.getByLabel('The value, as it was published').fill('4f2a')
    await page.getByRole('button', { name: 'Draw with this value' }).click()
    await page.getByRole('row', { name: /^1 ann prize A car/ }).waitFor()
    await page.getByText('4f2a', { exact: true }).waitFor()
  })

  it('waits for streams, or not, as it is told', async () => {
    const { client } = stage
    const drawsAt = new Date(Date.now() + 1_500).toISOString()
    await anOpenDraw('behind', { drawsAt })
    await grantTickets(client, grant('behind', 'ann', 1))
    await bet('ann', 1)
    const { page } = await open('admin', 'draws/behind')
    await page.getByText('Closed, and waiting for:').waitFor()
    await page.getByText(/it may still bring stakes of before the draw time/).waitFor()
    await page.getByRole('button', { name: 'Draw now' }).click()
    await page.getByText('That is what it does already.').waitFor()
    await page.getByRole('button', { name: 'Close and draw' }).click()
    await page.getByRole('row', { name: /^1 ann prize A car/ }).waitFor()
  })

  it('lets crm opt players in and grant tickets, and change nothing else', async () => {
    const { client } = stage
    await anOpenDraw('loyal', { optInRequired: true })
    const tab = await open('crm', 'draws/loyal')
    const { page } = tab
    await page.getByLabel('Player id').fill('dan')
    await page.getByRole('button', { name: 'Look up' }).click()
    await page.getByText('has no tickets in this draw').waitFor()
    // Said once, and not at each of the times that it is asked again.
    await page.getByRole('status').getByText('dan has 0 tickets in this draw.').waitFor()
    expect(await page.locator('[aria-live] dl').count()).toBe(0)
    await page.getByRole('button', { name: 'Opt in' }).click()
    await page.getByText('earlier ones do not count').waitFor()
    await page.getByRole('button', { name: 'Opt the player in' }).click()
    await fact(page, 'Opted in', 'yes').waitFor()
    await page.getByRole('button', { name: 'Grant tickets' }).click()
    await page.getByText('Granted tickets cannot be taken back').waitFor()
    await page.getByRole('spinbutton', { name: 'Tickets' }).fill('12')
    await page.getByLabel('What for').fill('mission\0 7')
    await page.getByRole('button', { name: 'Grant them' }).click()
    await refused(page.getByLabel('What for'), 'Holds a character that cannot be stored')
    await page.getByLabel('What for').fill('mission 7')
    await tab.expectAccessible()
    await page.getByRole('button', { name: 'Grant them' }).click()
    await fact(page, 'Last milestone', '10').waitFor()
    expect(await wallet(client, 'loyal', 'dan')).toMatchObject({ optedIn: true, tickets: 12 })
    for (const name of ['Draw now', 'Cancel the draw']) expect(await page.getByRole('button', { name }).count()).toBe(0)
    await goTo(page, 'draws')
    await page.getByRole('link', { name: 'Loyal' }).waitFor()
    expect(await page.getByRole('link', { name: 'New draw' }).count()).toBe(0)
    await goTo(page, 'draws/~new')
    await page.getByText('Draws are created and changed by admins.').waitFor()
  })

  it('lets an analyst look', async () => {
    const { client } = stage
    await anOpenDraw('watched', { stakePerTicket: '20', optInRequired: true })
    await optIn(client, 'watched', 'eve')
    const { page } = await open('analyst', 'draws/watched')
    await page.getByLabel('Player id').fill('eve')
    await page.getByRole('button', { name: 'Look up' }).click()
    await bet('eve', 35)
    await fact(page, 'To the next ticket', '5.00').waitFor()
    await fact(page, 'Stakes counted', '35.00').waitFor()
    for (const name of ['Grant tickets', 'Opt in', 'Draw now', 'Cancel the draw']) {
      expect(await page.getByRole('button', { name }).count()).toBe(0)
    }
  })

  it('says so where there is no such draw', async () => {
    const { page } = await open('crm', 'draws/nowhere')
    await page.getByText('There is no draw of this id.').waitFor()
  })

  it('makes an instant win, and shows how many prizes are left', async () => {
    const tab = await open('admin', 'draws')
    const { page } = tab
    await page.getByRole('button', { name: 'New instant win' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Name').first().fill('The wheel')
    await dialog.getByLabel('Id', { exact: true }).fill('wheel')
    await dialog.getByLabel('Ends').fill('2020-01-01T00:00')
    await dialog.getByRole('group', { name: 'Prize 1' }).getByLabel('Name').fill('10 EUR')
    await dialog.getByRole('group', { name: 'Prize 1' }).getByLabel('Pieces').fill('5')
    await tab.expectAccessible()
    await dialog.getByRole('button', { name: 'Create it for good' }).click()
    await refused(dialog.getByLabel('Ends'), 'Must be later than startsAt')
    await dialog.getByLabel('Ends').fill('2035-01-01T00:00')
    await dialog.getByRole('button', { name: 'Create it for good' }).click()
    await page.getByRole('row', { name: /The wheel .* 5 of 5$/ }).waitFor()
    await stage.client.data('mutation { playInstantWin(id: "wheel", playerId: "ann") { outcome } }')
    await page.getByRole('row', { name: /The wheel .* 4 of 5$/ }).waitFor()
  })

  it('fits a phone, in dark too', async () => {
    await anOpenDraw('narrow')
    const tab = await open('admin', 'draws', { width: 360, theme: 'dark' })
    for (const path of ['draws', 'draws/narrow', 'draws/~new']) {
      await goTo(tab.page, path)
      await tab.page.locator('main h1').first().waitFor()
      await tab.expectAccessible()
      expect(await tab.overflow(), path).toBe(0)
    }
  })

  const anOpenDraw = (id: string, input: Record<string, unknown> = {}) =>
    createDraw(stage.client, {
      id,
      name: id.charAt(0).toUpperCase() + id.slice(1),
      opensAt: new Date(Date.now() - HOUR_MS).toISOString(),
      drawsAt: new Date(Date.now() + HOUR_MS).toISOString(),
      ...input,
    })
})

const grant = (drawId: string, playerId: string, tickets: number) => ({
  drawId,
  playerId,
  tickets,
  source: 'test',
  idempotencyKey: `${drawId}-${playerId}`,
})

/** A fact of a list of facts, by its name and its value. */
const fact = (page: Page, name: string, value: string): Locator =>
  page
    .locator('dl > div', { has: page.locator('dt', { hasText: name }) })
    .getByText(value, { exact: true })
    .first()

/** The field says what is wrong with it, and has the focus. */
async function refused(field: Locator, text: string): Promise<void> {
  await field.page().locator('.problem', { hasText: text }).waitFor()
  expect(await field.getAttribute('aria-invalid')).toBe('true')
  await expect.poll(() => hasFocus(field)).toBe(true)
  const said = field.page().locator(`[id="${(await field.getAttribute('aria-describedby'))?.split(' ').at(-1)}"]`)
  expect(await said.innerText()).toContain(text)
}

const hasFocus = (element: Locator): Promise<boolean> => element.evaluate(e => e === e.ownerDocument.activeElement)
