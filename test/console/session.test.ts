import { SignJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import type { Role } from '../../src/graphql/access.js'
import { mintToken } from '../../src/graphql/token.js'
import { SECRET, tokenOf } from '../support/client.js'
import { hasBrowser, Tab } from './browser.js'
import { setStage } from './stage.js'

const expiring = (expiresInSeconds: number, roles: readonly Role[] = ['crm']) =>
  mintToken(SECRET, { sub: 'somebody', roles, expiresInSeconds })

describe.skipIf(!hasBrowser)('a session of the console', () => {
  const stage = setStage()
  const openTab = async () => new Tab(await (await stage.browser.newContext()).newPage())
  const signInForm = (tab: Tab) => tab.page.getByRole('button', { name: 'Sign in' })
  const livePage = (tab: Tab) => tab.page.getByRole('heading', { level: 1, name: 'Live' })

  it('begins with a token that is pasted, once it is one', async () => {
    const tab = await openTab()
    const { page } = tab
    await page.goto(stage.url)
    const field = page.getByLabel('Token')
    const refused = async (pasted: string, said: string) => {
      await field.fill(pasted)
      await signInForm(tab).click()
      await page.getByRole('alert').getByText(said).waitFor()
      expect(await field.getAttribute('aria-invalid')).toBe('true')
    }
    await field.waitFor()
    await tab.expectAccessible()
    await refused('not a token', 'This is not a token: a JWT has three parts')
    await refused('a.b.c', 'its middle part cannot be read')
    await refused(await expiring(-60), 'This token has expired. Ask for a new one.')
    await refused(`x.${Buffer.from('{"sub":"a"}').toString('base64url')}.x`, 'names no subject (sub) or no roles')
    await tab.expectAccessible()
    await field.fill(`  Bearer ${await tokenOf('crm')}\n`)
    await signInForm(tab).click()
    await livePage(tab).waitFor()
    expect(tab.errors).toEqual([])
    await tab.close()
  })

  it('takes a token whose role is no list, as the server does', async () => {
    const tab = await openTab()
    const key = new TextEncoder().encode(SECRET)
    const jwt = new SignJWT({ roles: 'crm', sub: 'one-role' }).setProtectedHeader({ alg: 'HS256' })
    await tab.page.goto(`${stage.url}/#token=${await jwt.setExpirationTime('1h').sign(key)}`)
    await tab.page.getByText('Nobody has become a VIP yet').waitFor()
    await tab.close()
  })

  it('ends with a message where the server does not know the token', async () => {
    const tab = await openTab()
    await tab.page.goto(stage.url)
    const forged = await mintToken('another secret that is long enough', {
      sub: 'crm-1',
      roles: ['crm'],
      expiresInSeconds: 60,
    })
    await tab.page.getByLabel('Token').fill(forged)
    await signInForm(tab).click()
    await tab.page.getByRole('alert').getByText('Your session has ended. Sign in again.').waitFor()
    await tab.close()
  })

  it('begins by a link, whose token is sent in headers alone and is left nowhere else', async () => {
    const token = await tokenOf('crm')
    const tab = await openTab()
    const { page } = tab
    const requests: { url: string; headers: Record<string, string> }[] = []
    page.on('request', request => requests.push({ url: request.url(), headers: request.headers() }))
    page.on('websocket', socket => requests.push({ url: socket.url(), headers: {} }))
    await page.goto(`${stage.url}/#token=${token}`)
    await livePage(tab).waitFor()
    await page.getByText('Nobody has become a VIP yet').waitFor()
    expect(page.url()).toBe(`${stage.url}/`)
    await page.getByRole('link', { name: 'Draws' }).click()
    await page.waitForURL(`${stage.url}/#/draws`)
    await page.goBack()
    await livePage(tab).waitFor()
    expect(page.url()).toBe(`${stage.url}/`)

    // The document's own address is the browser's business: its fragment is never sent.
    const asked = requests.filter(request => request.url.replace(/#.*/, '') !== `${stage.url}/`)
    expect(asked.some(request => request.url.startsWith('ws:'))).toBe(true)
    expect(asked.length).toBeGreaterThan(5)
    for (const request of asked) {
      expect(request.url).not.toContain(token.slice(0, 20))
      for (const [name, value] of Object.entries(request.headers))
        if (name !== 'authorization') expect(value, name).not.toContain(token.slice(0, 20))
    }
    expect(asked.some(({ headers }) => headers.authorization === `Bearer ${token}`)).toBe(true)
    expect(await page.evaluate('JSON.stringify([{ ...localStorage }, document.cookie])')).not.toContain(token)
    expect(tab.errors).toEqual([])
    await tab.close()
  })

  it('outlives a reload in its own tab, and is forgotten when one signs out', async () => {
    const tab = await stage.open('crm')
    const { page } = tab
    await page.reload()
    await livePage(tab).waitFor()
    const other = new Tab(await page.context().newPage())
    await other.page.goto(stage.url)
    await signInForm(other).waitFor()
    await page.getByRole('button', { name: 'Sign out' }).click()
    await signInForm(tab).waitFor()
    expect(await page.evaluate('sessionStorage.length')).toBe(0)
    await page.reload()
    await signInForm(tab).waitFor()
    expect(tab.errors).toEqual([])
    await tab.close()
  })

  it('begins by a link too where the console is open already', async () => {
    const tab = await stage.open('crm')
    const { page } = tab
    await page.getByText('crm-1').waitFor()
    await page.goto(`${stage.url}/#token=${await tokenOf('analyst')}`)
    await page.getByText('analyst-1').waitFor()
    await livePage(tab).waitFor()
    expect(page.url()).toBe(`${stage.url}/`)
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.goto(`${stage.url}/#token=%zz`)
    await page.getByRole('alert').getByText('This is not a token').waitFor()
    expect(page.url()).toBe(`${stage.url}/`)
    expect(tab.errors).toEqual([])
    await tab.close()
  })

  it('of a token that has just expired ends with a message', async () => {
    const tab = await openTab()
    await tab.page.goto(`${stage.url}/#token=${await expiring(5)}`)
    await livePage(tab).waitFor()
    await tab.page.getByRole('alert').getByText('Your session has ended. Sign in again.').waitFor()
    expect(await tab.page.evaluate('sessionStorage.length')).toBe(0)
    await tab.page.getByLabel('Token').fill(await tokenOf('crm'))
    await signInForm(tab).click()
    await livePage(tab).waitFor()
    await tab.close()
  })

  it('of a player is told that this place is for others', async () => {
    const tab = await openTab()
    const { page } = tab
    await page.goto(`${stage.url}/#token=${await tokenOf('player', 'ann')}`)
    await page.getByRole('heading', { name: 'This console is for staff' }).waitFor()
    await page.getByText('Players have a page of their own for each draw').waitFor()
    expect(await page.getByRole('navigation', { name: 'Pages' }).getByRole('link').count()).toBe(0)
    await tab.expectAccessible()
    await page.getByRole('button', { name: 'Sign in with another token' }).click()
    await signInForm(tab).waitFor()
    await tab.close()
  })
})
