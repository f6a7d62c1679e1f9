import { describe, expect, it } from 'vitest'
import { goTo, hasBrowser } from './browser.js'
import { saysAt } from './says-at.js'
import { setStage } from './stage.js'

const SAVE_POLICY = 'mutation ($input: VipPolicyInput!) { saveVipPolicy(input: $input) { version } }'

describe.skipIf(!hasBrowser)('VIP policies on the admin page', () => {
  const stage = setStage()
  const open = (role: 'admin' | 'crm' | 'analyst') => stage.open(role, 'admin/policies')
  const policies = async () => {
    const query = '{ vipPolicies { id name threshold window slide eventTypes enabled version } }'
    return (await stage.client.data<{ vipPolicies: { id: string }[] }>(query)).vipPolicies
  }

  it('are made in a dialog, which says at each field what the server refuses', async () => {
    const tab = await open('admin')
    const { page } = tab
    await page.getByText('There is no VIP policy yet').waitFor()
    await stage.client.send([bet('early', 1_200)])
    await page.getByRole('button', { name: 'New policy' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('with the next batch of events, on every node').waitFor()
    await dialog.getByLabel('Name').fill('High rollers')
    await dialog.getByLabel('Id', { exact: true }).fill('high rollers')
    await dialog.getByLabel('Threshold').fill('a lot')
    await dialog.getByLabel('Window', { exact: true }).fill('45')
    await dialog.getByLabel('Window, unit').selectOption('minutes')
    await tab.expectAccessible()
    const create = dialog.getByRole('button', { name: 'Create' })
    await create.click()
    await saysAt(dialog.getByLabel('Threshold'), /Must be an amount/)
    await dialog.getByLabel('Threshold').fill('999.50')
    await create.click()
    await saysAt(dialog.getByLabel('Id', { exact: true }), /must be 1 to 100 of/)
    expect(await dialog.getByLabel('Threshold').getAttribute('aria-invalid')).toBe('false')
    await dialog.getByLabel('Id', { exact: true }).fill('high')
    await create.click()
    await saysAt(dialog.getByLabel('Window', { exact: true }), /multiple of the slide 30 minutes, got 45 minutes/)
    await dialog.getByLabel('Window', { exact: true }).fill('1')
    await dialog.getByLabel('Window, unit').selectOption('hours')
    await dialog.getByLabel('Event types').fill(' bet,win , ')
    await create.click()
    await dialog.waitFor({ state: 'detached' })
    const row = page.getByRole('row', { name: /High rollers/ })
    await row.waitFor()
    for (const cell of ['999.50', '1 hour', '30 minutes', 'bet, win', 'enabled', '1'])
      await row.getByRole('cell', { name: cell, exact: true }).first().waitFor()
    await page.getByText('The policy "High rollers" is saved as version 1.').waitFor()
    expect(await policies()).toEqual([
      {
        id: 'high',
        name: 'High rollers',
        threshold: '999.50',
        window: 'PT1H',
        slide: 'PT30M',
        eventTypes: ['bet', 'win'],
        enabled: true,
        version: 1,
      },
    ])
    // Who was above it already has an entry now, as the dialog says.
    await goTo(page, 'live')
    await page.getByRole('link', { name: 'early' }).first().waitFor()
    expect(tab.errors).toEqual([])
    await tab.close()
  })

  it('are changed as they stand: what somebody has saved meanwhile is not overwritten unseen', async () => {
    const saved = { id: 'contested', name: 'Contested', threshold: '10', window: 'PT2H' }
    await stage.client.data(SAVE_POLICY, { input: saved })
    const tab = await open('admin')
    const { page } = tab
    await page.getByRole('button', { name: 'Edit Contested' }).click()
    const dialog = page.getByRole('dialog')
    expect(await dialog.getByLabel('Window', { exact: true }).inputValue()).toBe('2')
    await stage.client.data(SAVE_POLICY, { input: { ...saved, threshold: '20' } })
    await dialog.getByLabel('Name').fill('Mine')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await dialog.getByRole('alert').getByText('since you opened version 1').waitFor()
    await tab.expectAccessible()
    await dialog.getByRole('button', { name: 'Load what stands now' }).click()
    await expect.poll(() => dialog.getByLabel('Threshold').inputValue()).toBe('20.00')
    expect(await dialog.getByLabel('Name').inputValue()).toBe('Contested')
    await dialog.getByLabel('Name').fill('Mine')
    await dialog.getByLabel('Enabled').uncheck()
    await dialog.getByRole('button', { name: 'Save' }).click()
    await page.getByText('is saved as version 3').waitFor()
    await page.getByRole('row', { name: /Mine.*20\.00.*2 hours.*disabled/ }).waitFor()
    await tab.close()
  })

  it('with an id that is taken lead to the one that has it', async () => {
    await stage.client.data(SAVE_POLICY, { input: { id: 'taken', name: 'Taken', threshold: '77' } })
    const tab = await open('admin')
    const dialog = tab.page.getByRole('dialog')
    await tab.page.getByRole('button', { name: 'New policy' }).click()
    await dialog.getByLabel('Name').fill('Second')
    await dialog.getByLabel('Id', { exact: true }).fill('taken')
    await dialog.getByLabel('Threshold').fill('1')
    await dialog.getByRole('button', { name: 'Create' }).click()
    await dialog.getByText('There is a policy with this id already').waitFor()
    await dialog.getByRole('button', { name: 'Edit that policy' }).click()
    await dialog.getByRole('heading', { name: 'Edit the policy taken' }).waitFor()
    expect(await dialog.getByLabel('Threshold').inputValue()).toBe('77.00')
    await tab.page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    expect((await policies()).find(({ id }) => id === 'taken')).toMatchObject({ name: 'Taken', version: 1 })
    await tab.close()
  })

  it.each(['crm', 'analyst'] as const)('are read by %s, and changed by admins alone', async role => {
    await stage.client.data(SAVE_POLICY, { input: { id: 'seen', name: 'Seen', threshold: '5' } })
    const tab = await open(role)
    await tab.page.getByRole('row', { name: /Seen/ }).waitFor()
    await tab.page.getByText('Only an admin may change policies').waitFor()
    expect(await tab.page.getByRole('main').getByRole('button').count()).toBe(0)
    await tab.expectAccessible()
    await tab.close()
  })
})

const bet = (player_id: string, amount: number) => ({
  event_id: `${player_id}-${amount}`,
  player_id,
  event_type: 'bet',
  amount,
  timestamp: new Date().toISOString(),
})
