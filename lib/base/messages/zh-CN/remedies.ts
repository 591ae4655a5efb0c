import type { remedies as english } from "@/lib/base/messages/en/remedies";
import type { Same } from "@/lib/base/messages/same";

export const remedies: Same<typeof english> = {
  remedies: {
    aiormqLate:
      "占住事件循环的工作使心跳发不出去：改为小批量处理或放到线程中，并在客户端自己的 URL 中设置 ?heartbeat=，因为 aiormq 不采用 broker 的值",
    pikaLate:
      "长时间的回调使心跳发不出去：请在工作线程中处理后再确认、改为小批量处理，或在客户端自己的 URL 中设置 heartbeat",
    bitmagnetConflict:
      "升级到 Bitmagnet 0.10，或只删除已有 pending 孪生行的 retry 行；删除全部重试会让这些种子永远不被索引",
    bitmagnetStarved: "Bitmagnet 只在没有到期的 pending 时才处理重试：让爬虫停一停，直到 pending 处理完",
    bitmagnetOneError: "几乎所有失败都是同一个错误；若是 TMDB，请使用个人密钥，或设置 tmdb.enabled=false",
    bitmagnetOpenRows:
      "Bitmagnet 每次领取都要对所有到期行排序：按领取顺序为 pending 与 retry 行建索引（queue、status 是否为 retry、priority、run_after、id），并让爬虫停一停",
    bitmagnetNotTaken: "请确认 Bitmagnet 的 queue_server worker 在运行，并查看其日志",
    bitmagnetOrphaned: "任务在单个事务内运行，最长 10 分钟：在 pg_stat_activity 中找出最早的事务，然后重启 worker",
    peertubeOrphanChild: "在 PeerTube 中删除这些任务，并重新对该视频转码：再也不会有什么释放它们",
    peertubeSilent: "重启 runner：它徒劳上报的 VOD 任务不会自行放弃；若任务仍停在处理中，请取消它",
    peertubeDeaf: "重启 runner：它错过了有新任务的通知；2024 年 3 月之后的 runner 会在 socket 重连时再次询问",
    peertubeNotUpdated: "取消该任务：runner 在线却没有处理它，PeerTube 的看门狗也没有收回",
    peertubeProgress: "ffmpeg 卡在这个任务上：重启 runner；若再次卡住，请取消任务",
    peertubeCompleting: "PeerTube 一直没有收完结果：查看其日志，然后删除该任务",
    peertubeBouncing:
      "PeerTube 反复收回并重新分发该任务：线路慢就调大 remote_runners.stalled_jobs，否则查看 runner 日志",
    peertubeMissing: "它已在 PeerTube 中注销：重新注册，或不必理会，一天后不再显示",
    peertubeNotTaken: "没有 runner 领取：查看哪些已注册，以及它们是否启用了这些任务类型",
    kyooNotTaken: "Kyoo 的扫描器只在收到通知时醒来，从不自行查看：发起一次媒体库扫描，或重启扫描器",
    kyooOrphaned: "只要有扫描器在运行，Kyoo 会在 30 分钟后重新领取：重启扫描器",
    riverOrphaned: "River 选出 leader 后会在一小时后救回这些任务：查看 river_leader，并设置 JobTimeout",
    obanOrphaned: "请加入 Oban 的 Lifeline 插件：没有它，崩溃后无人救回执行中的任务",
    graphileOrphaned: "Graphile Worker 在 4 小时后释放锁；forceUnlockWorkers 可立即释放",
    procrastinateOrphaned: "worker 行被清理后便无人看见它们：用 get_stalled_jobs 重试停滞的任务",
    solidQueueOrphaned: "Solid Queue 的 supervisor 运行时会把死进程的任务标为失败：请启动它",
    goodJobOrphaned: "GoodJob 在进程行过期（5 分钟）后会重新领取：确认有进程在运行",
    laravelOrphaned: "Laravel 在 retry_after 之后重新分发：确认它比最长的任务更长",
    orphaned: "持有它们的 worker 已消失或卡住：重启它，并用该系统自带的方式救回任务",
    notTaken: "请确认有 worker 在运行并监听此队列",
    starved: "新任务先于重试被处理：增加 worker，或给重试单独的队列",
    oneError: "几乎所有失败都是同一个错误：查看它依赖什么",
    runnerSilent: "重启 runner；等它的系统放弃它之后，任务会重新可领",
    runnerMissing: "它带着任务离开：查明它为何结束，以及任务是否被重新领取",
    kyooLeaderless:
      "没有扫描器持有锁 198347，因此没有谁会查看它们：启动或重启 Kyoo 的扫描器；排队者会在 5 秒内取得该锁",
    roadrunnerRedialing:
      "确认 RoadRunner 能连到 broker；默认 60 秒后放弃（redial_timeout）：请设为整数秒 redial_timeout: 300（300s 不会被读取）；若超过该时长仍卡住，重启 RoadRunner 并把队列设为 durable",
    roadrunnerBroken:
      "RoadRunner 的日志会写明是哪条管道，通常是队列或连接没了：以 durable: true 声明，重启 RoadRunner，并升级到 2025.1 或更新版本",
    roadrunnerNotConsuming:
      "重启 RoadRunner（除非有人暂停了该管道）；把队列设为 durable，并升级到 2025.1 或更新版本：此前的重连可能不带消费者回来",
    roadrunnerGaveUp:
      "重启 RoadRunner，它已放弃重连；请设整数秒 redial_timeout: 300，并升级到 2024.2 或更新版本（会重建管道）；心跳写在 amqp.addr 里（？heartbeat=30），没有 amqp.heartbeat 这个键",
    roadrunnerUnreachable:
      "确认 RoadRunner 在运行：自 2024.2 起，管道既无法重连也无法重建时它会退出，请让某个程序负责重新拉起；否则确认已设置 status.address",
    faststreamPublishSilent:
      "重启应用，并把 FastStream 升级到 0.5.0 或更新版本：此前关闭一个 broker 对象会让另一个的发布永远等待；期间健康检查一直返回 204",
    faststreamUnreachable:
      "确认应用在运行；它的指标由事件循环应答，阻塞循环的处理函数会让它沉默，很快连发给 broker 的心跳也会停",
  },
};
