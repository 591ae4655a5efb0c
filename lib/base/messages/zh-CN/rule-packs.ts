import type { rulePacks as english } from "@/lib/base/messages/en/rule-packs";
import type { Same } from "@/lib/base/messages/same";

export const rulePacks: Same<typeof english> = {
  rulePacks: {
    packs: {
      rabbitmq: { title: "RabbitMQ", about: "客户端与 broker 本身，不论用什么语言编写。" },
      work: { title: "任务表与 runner", about: "Lastbeat 读取的任何任务系统。" },
      kyoo: { title: "Kyoo", about: "扫描器：4.x 使用 RabbitMQ，5.x 使用请求表。" },
      roadrunner: { title: "RoadRunner", about: "PHP worker，每个管道一条 AMQP 连接。" },
      bitmagnet: { title: "Bitmagnet", about: "它的 queue_jobs，以及互相阻塞的重试。" },
      peertube: { title: "PeerTube", about: "远程 runner 及其持有的任务。" },
      faststream: { title: "FastStream", about: "Python 服务，以及突然沉默的发布者。" },
      lastbeat: { title: "Lastbeat 自身", about: "它自己的告警能否送达。" },
      yours: { title: "您的规则", about: "lastbeat.yaml 与本页中不取代内置规则的规则。" },
    },
  },
} as const;
