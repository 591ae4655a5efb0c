<?php
// Jobs of Laravel's Redis queue in each state, with the components of Debian's php-laravel-framework.

use Illuminate\Container\Container;
use Illuminate\Queue\RedisQueue;
use Illuminate\Redis\RedisManager;

foreach (['Container', 'Events', 'Queue', 'Redis', 'Support'] as $part) {
    require_once "/usr/share/php/Illuminate/$part/autoload.php";
}
error_reporting(E_ALL & ~E_DEPRECATED);

$url = parse_url(getenv('DATABASE_URL'));
$container = new Container();
Container::setInstance($container);
$redis = new RedisManager($container, 'phpredis', [
    'options' => ['prefix' => 'shop_database_'],
    'default' => ['host' => $url['host'], 'port' => $url['port'], 'database' => 0],
]);
$queue = new RedisQueue($redis, 'default', 'default', 90);
$queue->setContainer($container);

for ($number = 0; $number < 6; $number++) {
    $queue->push('MailJob', ['secret' => 's3cret']);
}
for ($number = 0; $number < 3; $number++) {
    $queue->later(3600, 'MailJob', ['secret' => 's3cret']);
}
for ($number = 0; $number < 2; $number++) {
    $queue->push('MailJob', ['secret' => 's3cret'], 'mail');
}
$queue->pop();
$queue->pop()->release(600);
$queue->pop()->delete();

$connection = $redis->connection('default');
$own = array_map(fn ($name) => [
    'queue' => $name,
    // pendingSize, reservedSize and delayedSize of later versions.
    'queued' => $connection->llen("queues:$name"),
    'running' => $connection->zcard("queues:$name:reserved"),
    'delayed' => $connection->zcard("queues:$name:delayed"),
    'failed' => null,
    'done' => null,
], ['default', 'mail']);
echo 'OWN ', json_encode($own), "\nREADY\n";
fgets(STDIN);
