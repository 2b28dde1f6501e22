/**
 * What tests and the rehearsal may ask and change beside the API of the service: `/_simulator/…`.
 */
import { invalid, messageOf, notFound } from "./errors";
import { type Fault } from "./faults";
import { type Quotas, withQuotas } from "./quotas";
import { resumeDeployment } from "./operations/model-deployments";
import { resumeThroughput } from "./operations/provisioned-throughput";
import { identified, openRegion, save, type Simulator } from "./service";
import { type RecordedCall } from "./service-role";

/** Answer of `GET /_simulator/status`. */
export interface SimulatorStatus {
  instance: string;
  /** Simulated time, ISO 8601. */
  time: string;
  speed: number;
  quotas: Quotas;
  /** How many of each kind exist, by Region. */
  regions: Record<string, { jobs: number; models: number; throughputs: number; deployments: number }>;
}

/** The control of a simulator. */
export class Control {
  constructor(private readonly simulator: Simulator) {}

  /** Instance, simulated time and what exists. */
  status(): SimulatorStatus {
    const { store, clock, quotas } = this.simulator;
    return {
      instance: store.state.instanceId,
      time: new Date(clock.now()).toISOString(),
      speed: clock.speed,
      quotas,
      regions: Object.fromEntries(
        Object.entries(store.state.regions).map(([region, state]) => [
          region,
          {
            jobs: Object.keys(state.jobs).length,
            models: Object.keys(state.models).length,
            throughputs: Object.keys(state.throughputs).length,
            deployments: Object.keys(state.deployments).length,
          },
        ]),
      ),
    };
  }

  /**
   * Every call that a job made as its role, with the decision and its reason.
   *
   * @param job ARN or name
   */
  calls(job: string): RecordedCall[] {
    for (const region of Object.values(this.simulator.store.state.regions)) {
      const models = Object.values(region.models).map(({ arn, creation }) => [arn, creation] as const);
      const made = Object.fromEntries(models.flatMap(([arn, creation]) => (creation ? [[arn, creation]] : [])));
      const all = { ...region.jobs, ...region.importJobs, ...region.evaluationJobs, ...made };
      const found = identified<{ name: string; calls: RecordedCall[] }>(all, job, ({ name }) => name === job);
      if (found) return found.calls;
    }
    throw notFound(`No job has the ARN or name ${job}.`);
  }

  /** Moves simulated time forward; what is due on the way has happened when this returns. */
  async advance(seconds: number): Promise<void> {
    if (!Number.isFinite(seconds) || seconds < 0)
      throw invalid(`advanceSeconds is ${seconds}; it must be a number from 0.`);
    await this.simulator.clock.advance(seconds * 1000);
    save(this.simulator);
  }

  /** Changes the speed of the clock; 0 freezes it. */
  setSpeed(speed: number): void {
    if (!Number.isFinite(speed) || speed < 0) throw invalid(`speed is ${speed}; it must be a number from 0.`);
    this.simulator.clock.setSpeed(speed);
    save(this.simulator);
  }

  /** Lets something go wrong. */
  addFault(fault: Fault): void {
    this.simulator.faults.add(fault);
  }

  /** Changes some quotas. */
  setQuotas(quotas: Partial<Quotas>): void {
    this.simulator.quotas = withQuotas(this.simulator.quotas, quotas);
  }

  /** Forgets the faults that have not happened yet. */
  clearFaults(): void {
    this.simulator.faults.clear();
  }

  /** Puts throughputs and deployments that a fault has stuck on their way again. */
  async repair(): Promise<void> {
    for (const region of Object.keys(this.simulator.store.state.regions)) {
      const context = await openRegion(this.simulator, region);
      for (const throughput of Object.values(context.state.throughputs)) resumeThroughput(context, throughput);
      for (const deployment of Object.values(context.state.deployments)) resumeDeployment(context, deployment);
    }
  }

  /** Forgets everything: a new instance. */
  async reset(): Promise<void> {
    const { clock, store, faults, answers, records } = this.simulator;
    clock.clear();
    await clock.settle();
    clock.clear();
    store.reset();
    faults.clear();
    answers.clear();
    records.clear();
    save(this.simulator);
  }

  /** Answers a request below `/_simulator/`. */
  async handle(method: string, url: URL, body: unknown): Promise<{ status: number; body: object }> {
    const what = `${method} ${url.pathname.slice("/_simulator/".length)}`;
    const members = (typeof body === "object" && body !== null ? body : {}) as Record<string, unknown>;
    try {
      switch (what) {
        case "GET status":
          break;
        case "GET calls":
          return { status: 200, body: { calls: this.calls(url.searchParams.get("job") ?? "") } };
        case "POST clock":
          if (members.speed !== undefined) this.setSpeed(Number(members.speed));
          if (members.advanceSeconds !== undefined) await this.advance(Number(members.advanceSeconds));
          break;
        case "POST faults":
          this.addFault(members as Fault);
          break;
        case "POST repair":
          await this.repair();
          break;
        case "POST quotas":
          this.setQuotas(members as Partial<Quotas>);
          break;
        case "POST reset":
          await this.reset();
          break;
        default:
          return { status: 404, body: { message: `Unknown control request: ${what}.` } };
      }
    } catch (error) {
      return { status: 400, body: { message: messageOf(error) } };
    }
    return { status: 200, body: this.status() };
  }
}
