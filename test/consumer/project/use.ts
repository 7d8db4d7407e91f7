/** Deploys our contracts and one that uses them, locks coin for it, and prints what the test wants to know. */
import { escrowAbi, escrowCreationBytecode } from 'chiral-contracts/abi/escrow'
import { paymentChannelCreationBytecode } from 'chiral-contracts/abi/payment-channel'
import type { Escrow } from 'chiral-contracts/abi/types/escrow'
import chiralModule from 'chiral-contracts/modules/chiral'
import { Contract, ZeroHash } from 'ethers'
import { artifacts, network } from 'hardhat'

const AMOUNT = 1000n
const SALT = 1n
const LIFETIME_SECONDS = 3600

const { ethers, ignition } = await network.create()
const [payer] = await ethers.getSigners()
const latest = await ethers.provider.getBlock('latest')
if (payer === undefined || latest === null) throw new Error('the simulated network has an account and a block')
const { escrow: deployed } = await ignition.deploy(chiralModule)
if (deployed === undefined) throw new Error('the module deploys an escrow')
// Boundary: ethers makes the methods from the ABI at run time; the package's types are of the same ABI.
const escrow = new Contract(await deployed.getAddress(), escrowAbi, payer) as unknown as Escrow
const shop = await ethers.deployContract('Shop', [await escrow.getAddress()])

const allocations = [{ seeder: await shop.getAddress(), amount: AMOUNT }]
await (await escrow.lock(ZeroHash, SALT, latest.timestamp + LIFETIME_SECONDS, allocations, { value: AMOUNT })).wait()
const escrowId = await escrow.escrowIdOf(payer.address, ZeroHash, SALT)

// @ts-expect-error: a salt is a number; were the package without types, anything would do.
const misuse = () => escrow.escrowIdOf(payer.address, ZeroHash, { not: 'a salt' })

const built = async (name: string): Promise<string> => (await artifacts.readArtifact(name)).bytecode
console.log(
  JSON.stringify({
    credit: String(await shop.getFunction('creditOf').staticCall(escrowId)),
    misused: await misuse().then(
      () => 'accepted',
      () => 'refused',
    ),
    channelBytecode: (await built('PaymentChannel')) === paymentChannelCreationBytecode,
    escrowBytecode: (await built('Escrow')) === escrowCreationBytecode,
  }),
)
