<?php
// Jobs of Laravel's database queue in each state, with the components of Debian's php-laravel-framework.

use Illuminate\Container\Container;
use Illuminate\Contracts\Debug\ExceptionHandler;
use Illuminate\Contracts\Events\Dispatcher as EventsContract;
use Illuminate\Database\Capsule\Manager as Database;
use Illuminate\Events\Dispatcher;
use Illuminate\Queue\Capsule\Manager as Queues;
use Illuminate\Queue\Connectors\DatabaseConnector;
use Illuminate\Queue\Events\JobFailed;
use Illuminate\Queue\Failed\DatabaseUuidFailedJobProvider;
use Illuminate\Queue\Worker;
use Illuminate\Queue\WorkerOptions;
use Illuminate\Support\Facades\Facade;

foreach (['Container', 'Events', 'Database', 'Queue', 'Support'] as $part) {
    require_once "/usr/share/php/Illuminate/$part/autoload.php";
}
error_reporting(E_ALL & ~E_DEPRECATED);

class MailJob
{
    public function fire($job, $data)
    {
        if ($data['fail']) {
            throw new RuntimeException('tmdb: 429 for job 7');
        }
        $job->delete();
    }
}

$url = parse_url(getenv('DATABASE_URL'));
$container = new Container();
Container::setInstance($container);
$database = new Database($container);
$database->addConnection([
    'driver' => 'pgsql',
    'host' => $url['host'],
    'port' => $url['port'] ?? 5432,
    'database' => substr($url['path'], 1),
    'username' => urldecode($url['user']),
    'password' => urldecode($url['pass'] ?? ''),
    'charset' => 'utf8',
]);
$database->setAsGlobal();
$container['db'] = $database->getDatabaseManager();
Facade::setFacadeApplication($container);

foreach (['jobs' => 'jobs', 'failed_jobs' => 'failed_jobs', 'batches' => 'job_batches'] as $stub => $table) {
    $class = str_replace(' ', '', ucwords(str_replace('_', ' ', $table)));
    $text = file_get_contents("/usr/share/php/Illuminate/Queue/Console/stubs/$stub.stub");
    eval('?>' . str_replace(['{{tableClassName}}', '{{table}}'], [$class, $table], $text));
    (new ("Create{$class}Table")())->up();
}

$events = new Dispatcher($container);
$container->instance(EventsContract::class, $events);
$container->instance('events', $events);
$failer = new DatabaseUuidFailedJobProvider($container['db'], 'default', 'failed_jobs');
$events->listen(JobFailed::class, function (JobFailed $event) use ($failer) {
    $failer->log($event->connectionName, $event->job->getQueue(), $event->job->getRawBody(), $event->exception);
});
$queues = new Queues($container);
$queues->addConnection(['driver' => 'database', 'table' => 'jobs', 'queue' => 'default', 'retry_after' => 90]);
$queues->getQueueManager()->addConnector('database', fn () => new DatabaseConnector($container['db']));
$queue = $queues->getConnection();
$queue->setContainer($container);
$worker = new Worker($queues->getQueueManager(), $events, new class implements ExceptionHandler {
    public function report(Throwable $e) {}
    public function shouldReport(Throwable $e) { return false; }
    public function render($request, Throwable $e) {}
    public function renderForConsole($output, Throwable $e) {}
}, fn () => false);

$push = fn (bool $fail = false) => $queue->push('MailJob', ['fail' => $fail, 'secret' => 's3cret'], 'mail');
$work = function (int $backoff, int $tries) use ($worker, $queue) {
    try {
        $worker->process('default', $queue->pop('mail'), new WorkerOptions('default', $backoff, 128, 60, 3, $tries));
    } catch (RuntimeException $thrown) {
    }
};
$push();
$work(0, 1);
$push(true);
$work(0, 1);
$push(true);
$work(3600, 3);
$push();
$reserved = $queue->pop('mail');
$push(true);
$work(0, 3);
for ($n = 0; $n < 4; $n++) {
    $push();
}
$queue->later(3600, 'MailJob', ['fail' => false], 'mail');
echo "READY\n";
stream_get_contents(STDIN);
