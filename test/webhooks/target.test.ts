import { describe, expect, test } from 'vitest'
import { AppError } from '../../src/kernel/errors.js'
import { refusedAddress } from '../../src/webhooks/address.js'
import { checkUrl } from '../../src/webhooks/target.js'

const refusal = (url: string, allowPrivate = false): string => {
  try {
    checkUrl(url, allowPrivate)
    return 'taken'
  } catch (error) {
    expect(error).toBeInstanceOf(AppError)
    expect((error as AppError).code).toBe('BAD_USER_INPUT')
    expect((error as AppError).details).toEqual({ field: 'url' })
    return (error as AppError).message
  }
}

describe('an address', () => {
  test.each([
    ['8.8.8.8', null],
    ['100.63.255.255', null],
    ['172.32.0.1', null],
    ['169.253.255.255', null],
    ['2606:4700:4700::1111', null],
    ['::ffff:8.8.8.8', null],
    ['64:ff9b::808:808', null],
    ['0.0.0.0', 'unspecified'],
    ['0.1.2.3', 'unspecified'],
    ['10.0.0.1', 'private'],
    ['172.16.0.1', 'private'],
    ['172.31.255.255', 'private'],
    ['192.168.1.1', 'private'],
    ['100.64.0.1', 'carrierGradeNat'],
    ['100.127.255.255', 'carrierGradeNat'],
    ['127.0.0.1', 'loopback'],
    ['127.255.255.254', 'loopback'],
    ['169.254.169.254', 'linkLocal'],
    ['192.0.0.8', 'reserved'],
    ['192.0.2.1', 'reserved'],
    ['198.18.0.1', 'reserved'],
    ['198.51.100.7', 'reserved'],
    ['203.0.113.7', 'reserved'],
    ['224.0.0.1', 'multicast'],
    ['239.255.255.255', 'multicast'],
    ['240.0.0.1', 'reserved'],
    ['255.255.255.255', 'broadcast'],
    ['::', 'unspecified'],
    ['::1', 'loopback'],
    ['::7f00:1', 'reserved'],
    ['::ffff:127.0.0.1', 'loopback'],
    ['::ffff:7f00:1', 'loopback'],
    ['::ffff:10.0.0.1', 'private'],
    ['::ffff:0:127.0.0.1', 'rfc6145'],
    ['64:ff9b::7f00:1', 'loopback'],
    ['64:ff9b::a9fe:a9fe', 'linkLocal'],
    ['64:ff9b:1::a00:1', 'rfc6052'],
    ['2002:7f00:1::', '6to4'],
    ['2002:808:808::1', '6to4'],
    ['2001:0:7f00:1::', 'teredo'],
    ['2001:db8::1', 'reserved'],
    ['fc00::1', 'uniqueLocal'],
    ['fd12:3456::1', 'uniqueLocal'],
    ['fe80::1', 'linkLocal'],
    ['fe80::1%eth0', 'linkLocal'],
    ['fec0::1', 'deprecatedSiteLocal'],
    ['ff02::1', 'multicast'],
    ['4000::1', 'reserved'],
    ['5f00::1', 'segmentRouting'],
    ['010.0.0.1.2', 'unreadable'],
    ['crm.example', 'unreadable'],
    ['', 'unreadable'],
  ])('%s: %s', (address, range) => {
    expect(refusedAddress(address)).toBe(range)
  })
})

describe('a URL', () => {
  test.each([
    'https://crm.example/hook',
    'http://crm.example:8080/hook?tenant=1',
    'https://8.8.8.8/hook',
    'https://[2606:4700:4700::1111]/hook',
    'https://crm.example.',
    'https://localhost.example/',
    'https://notlocalhost/',
  ])('%s is taken', url => {
    expect(refusal(url)).toBe('taken')
  })

  test.each([
    ['http://127.0.0.1/', 'loopback'],
    ['http://2130706433/', 'loopback'],
    ['http://0x7f000001/', 'loopback'],
    ['http://0x7f.1/', 'loopback'],
    ['http://017700000001/', 'loopback'],
    ['http://0177.0.0.1/', 'loopback'],
    ['http://127.1/', 'loopback'],
    ['http://127.0.0.1./', 'loopback'],
    ['http://①②⑦.⓪.⓪.①/', 'loopback'],
    ['http://127。0。0。1/', 'loopback'],
    ['http://%31%32%37.0.0.1/', 'loopback'],
    ['http://0/', 'unspecified'],
    ['http://[::]/', 'unspecified'],
    ['http://[::1]/', 'loopback'],
    ['http://[0:0:0:0:0:0:0:1]/', 'loopback'],
    ['http://[::ffff:127.0.0.1]/', 'loopback'],
    ['http://[::ffff:7f00:1]/', 'loopback'],
    ['http://[::127.0.0.1]/', 'reserved'],
    ['http://[64:ff9b::10.0.0.1]/', 'private'],
    ['http://[fe80::1]/', 'linkLocal'],
    ['http://169.254.169.254/latest/meta-data/', 'linkLocal'],
    ['http://0xa9fea9fe/', 'linkLocal'],
    ['http://10.1/', 'private'],
    ['http://3232235777/', 'private'],
    ['http://100.64.1.1/', 'carrierGradeNat'],
    ['http://localhost/', 'loopback'],
    ['http://LOCALHOST:4000/', 'loopback'],
    ['http://localhost./', 'loopback'],
    ['https://crm.localhost/', 'loopback'],
  ])('%s is refused, and taken where private addresses are allowed', (url, range) => {
    expect(refusal(url)).toBe(`url must lead to a public address, not to a ${range} one, got ${JSON.stringify(url)}`)
    expect(refusal(url, true)).toBe('taken')
  })

  test.each([
    ['', 'url must be a URL such as https://crm.example/hook, got ""'],
    ['crm.example/hook', 'url must be a URL such as https://crm.example/hook, got "crm.example/hook"'],
    [' https://crm.example', 'url must be a URL such as https://crm.example/hook, got " https://crm.example"'],
    ['https://crm.exa\tmple', 'url must be a URL such as https://crm.example/hook, got "https://crm.exa\\tmple"'],
    ['https://crm.example/\0', 'url must be a URL such as https://crm.example/hook, got "https://crm.example/\\u0000"'],
    [
      'https://crm.example/\ud800',
      'url must be a URL such as https://crm.example/hook, got "https://crm.example/\\ud800"',
    ],
    ['http://[::1/', 'url must be a URL such as https://crm.example/hook, got "http://[::1/"'],
    ['http://256.0.0.1/', 'url must be a URL such as https://crm.example/hook, got "http://256.0.0.1/"'],
    ['ftp://crm.example/', 'url must be https or http, got "ftp://crm.example/"'],
    ['file:///etc/passwd', 'url must be https or http, got "file:///etc/passwd"'],
    ['gopher://127.0.0.1:6379/', 'url must be https or http, got "gopher://127.0.0.1:6379/"'],
    ['javascript:alert(1)', 'url must be https or http, got "javascript:alert(1)"'],
  ])('%j is refused, also where private addresses are allowed', (url, message) => {
    expect(refusal(url)).toBe(message)
    expect(refusal(url, true)).toBe(message)
  })

  test('with a user name or a password is refused without showing them', () => {
    const message = 'url must not hold a user name or a password, got "https://***@crm.example"'
    expect(refusal('https://user:hunter2@crm.example/')).toBe(message)
    expect(refusal('https://hunter2@crm.example/', true)).toBe(message)
  })

  test('has a bound on its length', () => {
    const url = 'https://crm.example/'
    expect(refusal(url.padEnd(2_000, 'a'))).toBe('taken')
    expect(refusal(url.padEnd(2_001, 'a'))).toMatch(
      /^url must have at most 2000 characters, got .* \(2003 characters\)$/,
    )
  })
})
