import { resolve } from 'node:path'
import { Command } from '@commander-js/extra-typings'
import { parseCoins } from '../../domain/amount.ts'
import { ChiralError } from '../../domain/errors.ts'
import type { App } from '../app.ts'
import { askSecret, canAsk, confirm } from '../prompt.ts'
import type { Session } from '../session.ts'
import { showHistory } from '../wallet-history.ts'
import { choosePassword, readPhrase } from '../wallet-input.ts'
import { readConfig, withDaemon } from './daemon.ts'

export function walletCommand(app: App) {
  const command = new Command('wallet').description('the account that pays and is paid')
  command
    .command('new')
    .description('make a wallet and show its recovery phrase, once')
    .addHelpText('after', '\nExample:\n  chiral wallet new --password-file password.txt')
    .action(() => create(app))
  command
    .command('import')
    .description('make the wallet of a recovery phrase, read from standard input or a file')
    .option('--phrase-file <file>', 'file with the recovery phrase')
    .addHelpText('after', '\nExample:\n  chiral wallet import < phrase.txt')
    .action(async ({ phraseFile }) => {
      const { node } = await readConfig(app)
      const phrase = await readPhrase(app, phraseFile)
      const password = await choosePassword(app, node.walletPassword)
      const { address } = await app.io.node.createWallet({ dataDirectory: node.dataDirectory, password, phrase })
      if (app.output.json) app.output.document({ address })
      else app.output.data(address)
    })
  command
    .command('backup')
    .description('copy the encrypted keystore (Web3 V3) to a new file')
    .argument('<file>', 'file to make; an existing one is never replaced')
    .addHelpText('after', '\nExample:\n  chiral wallet backup wallet-backup.json')
    .action((file) => backup(app, file))
  command
    .command('balance')
    .description('address and balance')
    .action(() => withDaemon(app, { start: true }, (session) => balance(app, session)))
  command
    .command('send')
    .description('send coins')
    .argument('<address>', 'account to pay')
    .argument('<amount>', 'coins such as 1.5, or wei such as 1000wei')
    .option('--yes', 'do not ask')
    .addHelpText('after', '\nExample:\n  chiral wallet send 0x5290…9EE7 1.5')
    .action((to, amount, { yes }) => send(app, to, amount, yes === true))
  command
    .command('fund')
    .description('get test coin, on test chains only')
    .argument('[amount]', 'coins', '100')
    .action((amount) => {
      const wanted = parseCoins(amount)
      return withDaemon(app, { start: true }, async (session) => {
        const { balance: balanceAfter } = await session.client.fund({ amount: wanted })
        if (app.output.json) app.output.document({ balance: balanceAfter })
        else app.output.data(session.amount(balanceAfter))
      })
    })
  command
    .command('history')
    .description('every change of the balance; the changes add up to it')
    .addHelpText('after', '\nExample:\n  chiral wallet history --json')
    .action(() => withDaemon(app, { start: true }, (session) => showHistory(app.output, session)))
  return command
}

async function create(app: App): Promise<void> {
  const { node } = await readConfig(app)
  const password = await choosePassword(app, node.walletPassword)
  const { address, phrase } = await app.io.node.createWallet({ dataDirectory: node.dataDirectory, password })
  const { output } = app
  if (output.json) output.document({ address, phrase })
  else {
    output.data(`address  ${address}`)
    output.data(`phrase   ${phrase}`)
  }
  output.warn('write the phrase down and keep it offline: whoever has it has the money, and it is not shown again.')
}

async function backup(app: App, file: string): Promise<void> {
  const { dataDirectory, walletPassword } = (await readConfig(app)).node
  const path = resolve(app.io.workingDirectory, file)
  const password =
    walletPassword === '' && canAsk(app.io) ? await askSecret(app.io, 'Wallet password: ') : walletPassword
  await app.io.node.backupWallet({ dataDirectory, password, path })
  if (app.output.json) app.output.document({ path })
  else app.output.data(path)
  app.output.notice('The copy opens with the password of this wallet, and with nothing else.')
}

async function balance({ output }: App, { client, amount }: Session): Promise<void> {
  const wallet = await client.wallet()
  if (output.json) return output.document(wallet)
  output.data(`address  ${wallet.address}`)
  output.data(`balance  ${amount(wallet.balance)}`)
}

async function send(app: App, to: string, amountText: string, yes: boolean): Promise<void> {
  const { parseAddress } = await import('../../domain/ids.ts')
  const address = parseAddress(to)
  const amount = parseCoins(amountText)
  await withDaemon(app, { start: true }, async (session) => {
    if (!yes) await askToSend(app, `Send ${session.amount(amount)} to ${address}?`)
    const { transactionHash } = await session.client.send({ to: address, amount })
    if (app.output.json) app.output.document({ transactionHash })
    else app.output.data(transactionHash)
  })
}

async function askToSend(app: App, question: string): Promise<void> {
  if (!canAsk(app.io))
    throw new ChiralError('CONSENT_NEEDED', 'Sending coins cannot be undone and nobody is here to agree: give --yes.')
  if (!(await confirm(app.io, question)))
    throw new ChiralError('CONSENT_REFUSED', 'Nothing was sent: the question was answered with no.')
}
