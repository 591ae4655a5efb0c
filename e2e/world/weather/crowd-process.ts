// The members of the crowd that no failure stops by itself, in one process. It exits when its stdin closes, hence with the
// process that started it. Its stdin accepts changes of a member's behaviour, one JSON object per line.
import { createInterface } from "node:readline";
import { runAmqpMember } from "./amqp-member.ts";
import { BehaviourChange, CrowdOptions, type RunningMember } from "./member.ts";
import { runMqttMember } from "./mqtt-member.ts";

const { amqpUrl, mqttUrl, members } = CrowdOptions.parse(JSON.parse(process.argv[2] ?? "{}"));
const running = new Map<string, RunningMember>();

process.on("SIGTERM", () => process.exit(0));
createInterface({ input: process.stdin })
  .on("line", (line) => {
    const { member, behaviour } = BehaviourChange.parse(JSON.parse(line));
    running.get(member)?.change(behaviour);
  })
  .on("close", () => process.exit(0));

for (const member of members) {
  const report = (text: string): void => console.log(`${member.id}: ${text}`);
  if (member.protocol === "amqp") running.set(member.id, runAmqpMember(member, amqpUrl, report));
  else if (mqttUrl !== null) running.set(member.id, runMqttMember(member, mqttUrl, report));
}
