// Jobs of River in each state. With an argument: only the schema of that migration.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"os"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"
	"github.com/riverqueue/river/rivertype"
)

type mailArgs struct {
	Do string `json:"do"`
}

func (mailArgs) Kind() string { return "mail" }

type mailWorker struct {
	river.WorkerDefaults[mailArgs]
}

func (mailWorker) Timeout(*river.Job[mailArgs]) time.Duration { return -1 }

func (mailWorker) NextRetry(*river.Job[mailArgs]) time.Time { return time.Now().Add(time.Hour) }

func (mailWorker) Work(ctx context.Context, job *river.Job[mailArgs]) error {
	switch job.Args.Do {
	case "fail":
		return errors.New("tmdb: 429 for job 7")
	case "cancel":
		return river.JobCancel(errors.New("not wanted"))
	case "snooze":
		return river.JobSnooze(time.Hour)
	case "run":
		<-ctx.Done()
	}
	return nil
}

func must[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}

func main() {
	ctx := context.Background()
	pool := must(pgxpool.New(ctx, os.Getenv("DATABASE_URL")))
	migrator := must(rivermigrate.New(riverpgxv5.New(pool), nil))
	options := &rivermigrate.MigrateOpts{}
	if len(os.Args) > 1 {
		options.TargetVersion = must(strconv.Atoi(os.Args[1]))
	}
	must(migrator.Migrate(ctx, rivermigrate.DirectionUp, options))
	if len(os.Args) == 1 {
		work(ctx, pool)
	}
	fmt.Println("READY")
	must(io.ReadAll(os.Stdin))
}

func work(ctx context.Context, pool *pgxpool.Pool) {
	workers := river.NewWorkers()
	river.AddWorker(workers, mailWorker{})
	client := must(river.NewClient(riverpgxv5.New(pool), &river.Config{
		Logger:  slog.New(slog.NewTextHandler(io.Discard, nil)),
		Queues:  map[string]river.QueueConfig{"mail": {MaxWorkers: 10}},
		Workers: workers,
	}))
	insert := func(do string, opts river.InsertOpts) *rivertype.JobInsertResult {
		return must(client.Insert(ctx, mailArgs{Do: do}, &opts))
	}
	mail := river.InsertOpts{Queue: "mail"}
	for _, do := range []string{"done", "done", "fail", "cancel", "snooze", "run"} {
		insert(do, mail)
	}
	insert("fail", river.InsertOpts{Queue: "mail", MaxAttempts: 1})
	if err := client.Start(ctx); err != nil {
		log.Fatal(err)
	}
	settled := func() (count int) {
		const text = `SELECT count(*) FROM river_job WHERE attempted_at IS NOT NULL AND (state <> 'running' OR args ->> 'do' = 'run')`
		if err := pool.QueryRow(ctx, text).Scan(&count); err != nil {
			log.Fatal(err)
		}
		return count
	}
	for deadline := time.Now().Add(time.Minute); settled() < 7; time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			log.Fatal("the jobs did not reach their states")
		}
	}
	// No client works this queue.
	for range 4 {
		insert("done", river.InsertOpts{Queue: "films"})
	}
	insert("done", river.InsertOpts{Queue: "films", ScheduledAt: time.Now().Add(time.Hour)})
	insert("done", river.InsertOpts{Queue: "films", Pending: true})
}
