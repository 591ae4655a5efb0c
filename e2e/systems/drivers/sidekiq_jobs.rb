# Jobs of Sidekiq in each state, and what its own statistics say of them. The worker loads the same file.

require "json"
require "sidekiq"
require "sidekiq/api"

redis = { url: ENV.fetch("DATABASE_URL") }
Sidekiq.configure_client { |config| config.redis = redis }
Sidekiq.configure_server { |config| config.redis = redis }

class Good
  include Sidekiq::Worker
  def perform(_secret); end
end

class Slow
  include Sidekiq::Worker
  sidekiq_options queue: "slow"
  def perform(_secret) = sleep(3600)
end

class Bad
  include Sidekiq::Worker
  sidekiq_options queue: "bad"
  sidekiq_retry_in { 3600 }
  def perform(_secret) = raise("tmdb: 429 for job 7")
end

class Dead
  include Sidekiq::Worker
  sidekiq_options queue: "bad", retry: 0
  def perform(_secret) = raise("tmdb: 429 for job 7")
end

unless Sidekiq.server?
  4.times { Good.perform_in(3600, "s3cret") }
  6.times { Good.perform_async("s3cret") }
  2.times { Bad.perform_async("s3cret") }
  3.times { Dead.perform_async("s3cret") }
  worker = spawn("sidekiq", "-r", File.expand_path(__FILE__), "-q", "bad", "-q", "slow", "-c", "2", out: File::NULL, err: File::NULL)
  sleep 0.1 until Sidekiq::Stats.new.retry_size == 2 && Sidekiq::Stats.new.dead_size == 3
  5.times { Slow.perform_async("s3cret") }
  # What runs is written with the next heartbeat.
  sleep 0.1 until Sidekiq::Workers.new.size == 2
  stats = Sidekiq::Stats.new
  none = { running: 0, delayed: 0, failed: 0, done: nil }
  own = [
    { queue: "bad", **none, queued: stats.queues.fetch("bad", 0), delayed: stats.retry_size, failed: stats.dead_size },
    { queue: "default", **none, queued: stats.queues["default"], delayed: stats.scheduled_size },
    { queue: "slow", **none, queued: stats.queues["slow"], running: stats.workers_size },
  ]
  puts "OWN #{JSON.generate(own)}"
  puts "READY"
  $stdout.flush
  $stdin.read
  Process.kill("KILL", worker)
end
