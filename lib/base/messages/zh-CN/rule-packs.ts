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
    rules: {
      "node-down": {
        title: "集群节点宕机",
        summary: "集群的其他节点联系不到其中一个节点。",
        why: "它的客户端重连到别处，位于其上的经典队列不可用，仲裁队列少一票。",
        cause: "节点因升级而停止，内存或磁盘耗尽，或节点间网络中断。",
        next: "在 broker 页查看谁随它离开、谁已回来；阅读该节点自己的日志。在它宕机期间，clients-not-back 会被抑制：它恢复后仍未回来的客户端那时再通知。",
      },
      "webhook-failing": {
        title: "Webhook 拒绝或没有回答",
        summary: "五分钟以来，对此 webhook 的每次尝试都失败了。",
        why: "发往它的告警在等待。只看那里的人会以为一切正常。",
        cause: "接收端宕机或过慢，地址或令牌已更改，或中间有代理。",
        next: "在“投递”页查看回答，然后在那里发送测试。它重新接受后，等待的内容会按顺序发送；一小时后仍然在。",
      },
      "webhook-dead": {
        title: "已放弃的投递",
        summary: "此 webhook 的投递已尝试到期限，或被永久拒绝。",
        why: "没有人读到这些告警，也不会自动重发。",
        cause: "接收端离开的时间超过了投递的尝试期限，回答了 410，或拒绝消息本身。",
        next: "修好接收端，然后在“投递”页逐个或全部重发：每个投递保留其 webhook-id。",
      },
      "heartbeat-late": {
        title: "客户端即将被断开",
        summary: "客户端没有发送任何数据的时间已超过其心跳超时。",
        why: "broker 在最后一个字节之后两到三个超时周期关闭连接：超时 60 秒时为 120 到 180 秒。客户端未确认的消息随后会被重新投递。",
        cause: "客户端的线程或事件循环繁忙而发不出心跳，机器过载或冻结，或连接处于半开状态。",
        next: "找出它在忙什么：减小批量，把 CPU 工作移出事件循环。更长的超时是客户端的设置；例如 aiormq 会忽略 broker 的提议，只认其 URL 中的 ?heartbeat=。",
      },
      "client-flapping": {
        title: "客户端反复重连",
        summary: "同一客户端在 10 分钟内多次重连。",
        why: "每次重连都会把它未确认的消息再次分发：工作原地打转，broker 还要为每条新连接付出代价。",
        cause:
          "心跳丢失、切断空闲连接的代理服务器，或一启动就崩溃的 worker。若所有客户端同时如此，则是 broker 或网络的问题。",
        next: "在客户端页面查看最近会话的结束原因，再看 broker 在那一分钟的日志；让客户端的重试间隔逐次变长。",
      },
      "client-lost": {
        title: "客户端没有回来",
        summary: "客户端离开的时间已超过其库的重试时间再加一分钟。",
        why: "没有人做它的工作，它也不会自己回来。",
        cause: "broker 离线期间它的库放弃了重连，或进程结束后无人重新启动。",
        next: "重启它，并让它的重试时间长于 broker 的重启时间；对 RoadRunner 即 redial_timeout: 300，以秒为单位的整数。",
      },
      "clients-not-back": {
        title: "broker 恢复后客户端没有回来",
        summary: "broker 或节点曾离开；随之断开的部分客户端没有按时回来。",
        why: "broker 已恢复，看起来一切正常，而这些客户端的工作停在原地。",
        cause: "它们的库放弃了重连，或回来时非持久的队列已经消失。",
        next: "告警列出了它们：请重启。然后把重连时间设得比 broker 最长的重启时间更长，并使队列持久。",
      },
      "client-not-consuming": {
        title: "已连接但不消费",
        summary: "通常会消费的客户端已有一分钟没有消费者，而消息在等它。",
        why: "它的连接处处显得健康，却没有人取走工作。",
        cause:
          "它重连后没有恢复消费者：2025.1 之前的 RoadRunner、9.4.1 之前的 aio-pika，或非持久的队列随 broker 消失。",
        next: "立即重启 worker；升级库，并把队列声明为持久（已有的队列须先删除；RabbitMQ 4.3 拒绝既不持久也不独占的队列）。",
      },
      "client-consumers-gone": {
        title: "消费者不见了",
        summary: "通常会消费的客户端已有五分钟没有消费者；目前还没有消息在等它。",
        why: "下一条消息将无人接收。",
        cause: "重连后没有恢复消费者、消费者被 broker 取消，或 worker 自己暂停。",
        next: "在客户端页面查看消费者何时消失；若非有意暂停，请重启 worker。",
      },
      "client-publish-silent": {
        title: "发布者沉默，消费者仍在",
        summary: "最近一小时内发布过的客户端不再发布，却仍在接收工作。",
        why: "下游收不到它应转发的内容，而它的连接和健康检查都显得正常。",
        cause: "发布一直在等待：通道被关闭（0.5.0 之前的 FastStream）、broker 曾离线，或确认从未到来。",
        next: "在其处理函数中找出没有超时的发布并加上超时；把 FastStream 升级到 0.5.0 或更高，或每个进程只用一个 broker 对象。",
      },
      "client-unacked-pinned": {
        title: "未确认的消息被占住",
        summary: "客户端持有的消息已达预取上限，且十分钟内没有确认任何一条。",
        why: "它不再接收新消息；consumer_timeout（默认 30 分钟）之后，broker 会关闭其通道并重新分发这些消息。",
        cause: "处理函数卡住，或某条消息的处理时间超出预期。",
        next: "查看处理函数在等什么。若确是长任务：更早确认，或调大 broker 的 consumer_timeout。",
      },
      "client-blocked": {
        title: "发布者被阻塞",
        summary: "由于告警，broker 已停止读取一个正在发布的客户端。",
        why: "它的发布在等待，等待这些发布的一切也在等待。broker 不读取该连接的任何数据，确认也不读。",
        cause: "某个节点的内存超过上限，或可用磁盘低于下限。",
        next: "解除告警：释放磁盘或内存，清空过长的队列。之后请用两条连接分别发布和消费，使告警只停住其中之一。",
      },
      "client-connections-leaked": {
        title: "连接泄漏",
        summary: "客户端的连接数远多于平常。",
        why: "每条连接都占用 broker 的内存和文件句柄；到达上限后谁也无法连接。",
        cause: "它为每条消息或请求打开一条连接，或重连时没有关闭旧连接；也可能是扩容。",
        next: "每个进程用一条连接，每个线程用一个通道。若是扩容，平常的数目会在一天内跟上。",
      },
      "broker-alarm": {
        title: "内存或磁盘告警",
        summary: "某个节点触发了内存或磁盘告警；broker 阻塞发布者。",
        why: "在它解除之前，集群的任何节点都不能发布。",
        cause: "队列变长、消费者停滞，或其他东西占满了磁盘。",
        next: "查看哪些队列过长、该由谁消费；释放磁盘，只有机器还有余量时才调高上限。",
      },
      "broker-unreachable": {
        title: "看不到 broker",
        summary: "管理 API 已有 15 秒没有应答，或拒绝了请求。",
        why: "Lastbeat 在那里是盲的：与该 broker 有关的其他告警保持原状，既不触发也不恢复。",
        cause: "broker 或其节点已停止、管理插件未启用，或地址、密码已更改。",
        next: "告警写明了得到的回应：401 是用户问题（需要 monitoring 标签），连接被拒是端口或插件，超时是节点或网络。",
      },
      "retry-backlog": {
        title: "重试堆积",
        summary: "到期的重试超过上限已有五分钟。",
        why: "失败过的任务没有及时重试；许多任务表还会因积压本身而变慢。",
        cause: "worker 太少或忙于新任务，或任务所依赖的东西出错。",
        next: "在任务页面查看多数重试是什么错误、是否在减少；先修好所依赖的东西，再增加 worker。",
      },
      "retry-not-draining": {
        title: "重试没有减少",
        summary: "到期的重试已有五分钟或更久没有减少。",
        why: "等待不会使它们消失：有东西妨碍它们被领取，或它们失败得与领取一样快。",
        cause: "没有 worker 领取、新任务先被处理，或每次尝试都因同一错误失败。告警会写明表中显示的是哪一种。",
        next: "按告警中的原因处理；若没有写明，请在任务页面查看该来源最新的错误。",
      },
      "jobs-not-taken": {
        title: "有工作等待却无人领取",
        summary: "任务已到期，没有正在运行的，五分钟或更久没有任何任务被领取。",
        why: "worker 可能看起来空闲而健康，实际上什么也没做。",
        cause: "没有 worker 运行或监听此队列，或它错过了有新工作的通知。",
        next: "确认有 worker 在运行并监听此队列。若有，请唤醒它：新增一个任务，或重启它。",
      },
      "jobs-orphaned": {
        title: "孤立的任务",
        summary: "任务运行的时间超过其系统的允许值，或其所有者已消失。",
        why: "没有人在处理它们，许多系统也不会自行重新分发。",
        cause: "worker 被杀死或卡住，而系统自带的救援未启用或尚未到来。",
        next: "重启 worker，然后用该系统自带的方式救回任务；已知时告警会写明。",
      },
      "source-unreachable": {
        title: "无法读取来源",
        summary: "任务表或端点已有一分钟无法读取。",
        why: "Lastbeat 在那里是盲的：与该来源有关的其他告警保持原状。",
        cause: "数据库或服务已停止、角色失去授权、表已改名，或查询超时。",
        next: "告警写明了得到的回应；若缺少授权，来源页面会给出应执行的语句。",
      },
      "source-behind": {
        title: "备库落后",
        summary: "来源所读的数据库是落后于主库的备库。",
        why: "该来源的所有显示和判断都与落后时间一样旧：新的问题会晚到。",
        cause: "备库的回放被暂停或被长查询拖住、跟不上写入，或失去了主库。",
        next: "在备库查看 pg_stat_wal_receiver 和 pg_is_wal_replay_paused()；在它追上之前，请改读主库。",
      },
      "runner-silent": {
        title: "runner 沉默",
        summary: "持有工作的 runner 失去联系的时间已超过其系统的允许值。",
        why: "看不到它的任务有任何进展，期间也可能不会交给别人。",
        cause: "它卡住、断网、被杀死，或仍在处理服务器已不认识的任务。",
        next: "重启 runner；然后查看其任务是否被重新领取，没有的请取消。",
      },
      "runner-missing": {
        title: "runner 不见了",
        summary: "runner 带着工作从其系统中消失。",
        why: "它的工作可能丢失，或在等待无人执行的救援。",
        cause: "它被注销或杀死；部署会在两分钟内换好 runner。",
        next: "查明它为何结束，以及其任务是否被重新领取。",
      },
      "runners-short": {
        title: "runner 少于预期",
        summary: "来源的 runner 少于 lastbeat.yaml 中的 runners.expected。",
        why: "工作比计划的慢，再坏一个可能就一个也不剩。",
        cause: "有的没有启动或没有重新注册，或文件中的数目已过时。",
        next: "启动缺少的 runner，或更正 runners.expected。",
      },
      "retry-conflict-loop": {
        title: "重试的冲突循环",
        summary: "重试的键被 pending 的孪生行占住：每次尝试都违反唯一键而回滚，什么也不会减少。",
        why: "这样的重试永远存不进去，其中第一条每分钟占用 worker 两次，其余的都排在它后面。",
        cause:
          "0.10.0-beta.4 之前的 Bitmagnet 允许同一指纹同时有 pending 和 retry 行；pending 行失败时，其更新违反该键。",
        next: "把 Bitmagnet 升级到 0.10，或只删除有 pending 孪生行的 retry 行。删除全部重试会放入新种子，却永远失去旧的。",
      },
      "runner-stuck": {
        title: "runner 卡在任务上",
        summary: "runner 在线，而它的任务停滞不前。",
        why: "runner 算作忙碌，任务算作处理中；两者都不会自行结束。",
        cause: "ffmpeg 卡住（进度 15 分钟不变）、PeerTube 的看门狗不监视此类任务，或结果一直没有收完。",
        next: "重启 runner；若任务仍停在处理中，请在 PeerTube 中取消或删除它。",
      },
      "runner-deaf": {
        title: "runner 失聪",
        summary: "runner 手中没有任务，却没有询问一个已等待五分钟的任务。",
        why: "虽有已注册且空闲的 runner，转码仍在等待。",
        cause: "它错过了 available-jobs 事件，或在五次请求失败后停止询问。runner 空闲时不会轮询。",
        next: "重启 runner。2024 年 3 月之后的 runner 会在 socket 重连时再次询问：请升级更旧的。",
      },
      "runner-bouncing": {
        title: "任务反复来回",
        summary: "同一任务一小时内被分发三次，且没有计入失败。",
        why: "数小时的转码被丢弃；中止不会增加失败次数，因此它永远不会停止。",
        cause: "进度到达 PeerTube 的时间超过 remote_runners.stalled_jobs，或 runner 中途崩溃。",
        next: "线路慢就调大 remote_runners.stalled_jobs；否则查看 runner 日志，找出它为何结束。",
      },
      "application-redialing": {
        title: "RoadRunner 正在重连",
        summary: "/jobs 的应答挂起，说明它的某个管道正在重新连接 broker。",
        why: "期间该管道既不发布也不消费；redial_timeout 之后它会放弃。",
        cause: "broker 正在重启、从那里无法到达，或队列已消失而每次尝试都因此失败。",
        next: "确认它能到达 broker。若超过 redial_timeout（默认 60 秒）仍挂起，请重启；设置 redial_timeout: 300（整数）和 durable: true。",
      },
      "pipeline-broken": {
        title: "RoadRunner 管道损坏",
        summary: "一个失败的管道使 /jobs 返回 503 已有半分钟。",
        why: "该管道什么也不做，而且在它失败期间看不到其他任何管道。",
        cause: "它的队列或连接已消失；非持久的队列会随 broker 消失。",
        next: "RoadRunner 的日志会写出管道名。用 durable: true 声明其队列，重启 RoadRunner，并升级到 2025.1 或更高。",
      },
      "pipeline-not-consuming": {
        title: "管道已连接但不消费",
        summary: "管道的客户端已连接 broker，但一分钟没有消费者。",
        why: "消息在队列中堆积，而 RoadRunner 的健康检查仍为绿色。",
        cause: "重连后没有恢复消费者、队列随 broker 消失，或有人暂停了管道。",
        next: "若非有意暂停，请重启 RoadRunner；升级到 2025.1 或更高，并使队列持久。",
      },
      "pipeline-gave-up": {
        title: "管道已放弃",
        summary: "管道已有两分钟没有与 broker 连接。",
        why: "RoadRunner 2024.1 及以前会一直停住直到重启，其状态可能仍显示 ok。",
        cause: "broker 离线的时间超过 redial_timeout（默认 60 秒）。",
        next: "重启 RoadRunner；设置 redial_timeout: 300（整秒），并升级到 2024.2 或更高，最好 2025.1。",
      },
      "subscriber-publish-silent": {
        title: "FastStream 没有发布",
        summary: "处理函数持有消息，而应用一分钟或更久没有发布任何内容。",
        why: "工作进去了却没有结果出来，而健康检查仍为绿色。",
        cause: "0.5.0 之前，关闭最新的 broker 对象会使其他对象发往指定交换机的发布永远等待。",
        next: "重启应用，把 FastStream 升级到 0.5.0 或更高，或每个进程只用一个 broker 对象。",
      },
      "leader-absent": {
        title: "没有扫描器主导",
        summary: "请求在等待，而一分钟内没有 Kyoo 扫描器持有主导者的锁。",
        why: "只有主导者监视文件并扫描：不会发现新内容，也没有人唤醒其他扫描器。",
        cause: "没有扫描器在运行，或其数据库连接已断；排队者每 5 秒重试一次。",
        next: "启动或重启 Kyoo 的扫描器，然后发起一次媒体库扫描来唤醒它。",
      },
      "jobs-orphan-child": {
        title: "孤立的子任务",
        summary: "任务已有五分钟在等待一个已经结束的父任务。",
        why: "不会再有任何东西启动它，它所属的视频永远不会完成。",
        cause: "PeerTube 结束了父任务而没有释放其子任务：崩溃，或恰在此时重启。",
        next: "查看父任务结束时的 PeerTube 日志；取消子任务，并重新发起该视频的转码。",
      },
      "open-rows": {
        title: "未完成的行过多",
        summary: "任务表中等待的任务和重试多于它能顺畅处理的数目。",
        why: "许多系统每次领取都要查看所有到期的行，积压因此拖慢本应减少它的工作。",
        cause: "放入的多于完成的：worker 太少、爬虫从不停歇，或重试没有减少。",
        next: "让写入方停一停，查看重试是否在减少，并寻找领取可用的索引。",
      },
    },
    inSystem: {
      kyoo: {
        "heartbeat-late":
          "Kyoo 4 的扫描器在事件循环中遍历目录并猜测名称，期间发不出心跳。调高 broker 的心跳没有用：除非 URL 另有说明，aiormq 使用 60 秒，而 4.7.1 不使用 URL。之后的版本接受带 ?heartbeat= 的 RABBITMQ_URL；否则请一次扫描更少的目录。",
        "client-lost":
          "Kyoo 的队列不是持久的：broker 重启会丢失其中等待的内容，RabbitMQ 4.3 会拒绝它们。重启之后请发起一次媒体库扫描。",
        "jobs-not-taken":
          "Kyoo 5 的扫描器只在收到通知时醒来，从不自行查看；剩下的会一直等到下一个 NOTIFY。请发起一次媒体库扫描，或重启扫描器。",
        "jobs-orphaned": "只要有扫描器在运行，Kyoo 5 会在 30 分钟后重新领取：请重启扫描器。",
      },
      roadrunner: {
        "heartbeat-late":
          "RoadRunner 每 10 秒发送一次心跳。没有 amqp.heartbeat 这个设置；应写在地址中：？heartbeat=30。",
        "client-lost":
          "RoadRunner 在 redial_timeout 之后放弃：默认 60 秒，应写整数，如 300 而不是 300s。2024.1 及以前会一直停住直到重启，其状态可能仍显示 ok；2024.2 起会重建管道，失败则退出。",
        "client-not-consuming":
          "重连之后 RoadRunner 可能只发布而不消费：此时连接有 2 个通道而不是 3 个。请重启，并升级到 2025.1 或更高；2023.3.10 在这方面没有任何改变。",
        "client-connections-leaked": "重连失败的尝试似乎会留下打开的连接（推断）：请重启，并确认其队列是持久的。",
      },
      bitmagnet: {
        "open-rows":
          "Bitmagnet 领取时会对所有到期行排序：10 万行需 0.3 秒，100 万行需 4 秒（在 PostgreSQL 15 上测得）。让爬虫停一停；按领取的顺序（queue、是否重试、priority、run_after、id）为未完成的行建索引，可使领取只需 0.05 毫秒。",
        "retry-backlog":
          "到期超过五分钟的重试绝不正常。Bitmagnet 0.10 只在没有到期的 pending 时才处理重试，且领取时会对所有到期行排序：积压使它自己变慢。",
        "retry-not-draining":
          "若几乎所有失败都是同一个 TMDB 错误：请使用个人密钥，或设置 tmdb.enabled=false。不要删除全部重试。",
        "jobs-not-taken": "它的 worker 每 30 秒查看一次。请确认 queue_server 在运行，并查看其日志。",
        "jobs-orphaned": "任务在单个事务内运行，最长 10 分钟：在 pg_stat_activity 中找出最早的事务，然后重启 worker。",
      },
      peertube: {
        "runner-silent":
          "空闲的 runner 不会联系 PeerTube，因此仅凭 Last Contact 陈旧说明不了什么：本规则要求手中有工作。徒劳上报的 VOD 任务（Cannot send job progress）会持续到 ffmpeg 结束：请重启 runner；若任务仍在，请取消它。",
        "jobs-not-taken": "查看哪些 runner 已注册，以及该任务类型是否启用了远程 runner。",
        "jobs-orphaned": "PeerTube 的看门狗每 30 秒收回停滞的任务，它不监视的类型除外：请取消这些任务。",
      },
      faststream: {
        "client-publish-silent":
          "0.5.0 之前，同一进程的所有 broker 对象共用一个声明器：最新的一个关闭之后，其他对象发往指定交换机的发布会永远等待，而订阅者照常工作。健康检查仍为绿色。请升级，或每个进程只用一个 broker 对象。",
        "client-unacked-pinned":
          "发布消息的处理函数会带着它的消息卡住，未确认的消息因此升到预取上限：查看它是否向某个交换机发布。",
        "heartbeat-late":
          "client_properties 中的 heartbeat 有效，URL 中的 ?heartbeat= 也有效；请同时用 ?name= 给连接命名。",
      },
    },
  },
};
