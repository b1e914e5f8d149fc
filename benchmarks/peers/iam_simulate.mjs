// Measures @cloud-copilot/iam-simulate, an installed program, by its documented API alone.
//
// Speaks as rounds.py does; runs in the folder into which the package is installed.
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const { runSimulation } = createRequire(join(process.cwd(), 'x.js'))('@cloud-copilot/iam-simulate')

const EFFECTS = {
  Allowed: 'ALLOW',
  ExplicitlyDenied: 'EXPLICIT_DENY',
  ImplicitlyDenied: 'IMPLICIT_DENY'
}

async function round(simulations) {
  const effects = []
  const before = process.cpuUsage()
  for (const simulation of simulations) {
    const response = await runSimulation(simulation, {})
    effects.push(response.resultType === 'error' ? 'REFUSED' : EFFECTS[response.overallResult])
  }
  const { user, system } = process.cpuUsage(before)
  return { seconds: (user + system) / 1e6 / simulations.length, effects }
}

let given
for await (const line of createInterface({ input: process.stdin })) {
  if (given === undefined) {
    given = JSON.parse(line)
  } else {
    console.log(JSON.stringify(await round(given.simulations)))
  }
}
