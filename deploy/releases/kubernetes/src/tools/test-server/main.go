// A program for trying a cluster out: a web server that tells who it is, and the few client commands that an image
// without a shell lacks. Run "test-server" for its commands.
package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"
)

const clientDeadline = 5 * time.Second

func main() {
	arguments := append(os.Args[1:], "", "")
	var err error
	switch arguments[0] {
	case "serve":
		err = serve(arguments[1])
	case "get":
		err = get(os.Stdout, arguments[1])
	case "lookup":
		err = lookup(arguments[1])
	case "sleep":
		err = sleep(arguments[1])
	case "hostname":
		fmt.Println(hostname())
	default:
		err = fmt.Errorf("commands: serve [ADDRESS], get URL, lookup NAME, sleep [DURATION], hostname")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "test-server:", err)
		os.Exit(1)
	}
}

func hostname() string {
	name, err := os.Hostname()
	if err != nil {
		return "unknown"
	}
	return name
}

func serve(address string) error {
	if address == "" {
		address = ":8080"
	}
	routes := http.NewServeMux()
	routes.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintln(w, hostname())
	})
	routes.HandleFunc("GET /client", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintln(w, r.RemoteAddr)
	})
	routes.HandleFunc("GET /fetch", func(w http.ResponseWriter, r *http.Request) {
		if err := get(w, r.URL.Query().Get("url")); err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
		}
	})
	logged := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Printf("%s %s from %s\n", r.Method, r.URL, r.RemoteAddr)
		routes.ServeHTTP(w, r)
	})
	fmt.Printf("%s serves on %s\n", hostname(), address)
	server := &http.Server{Addr: address, Handler: logged, ReadHeaderTimeout: clientDeadline}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	go func() {
		<-ctx.Done()
		_ = server.Close()
	}()
	if err := server.ListenAndServe(); err != http.ErrServerClosed {
		return err
	}
	return nil
}

func get(out io.Writer, url string) error {
	if !strings.Contains(url, "://") {
		url = "http://" + url
	}
	client := http.Client{Timeout: clientDeadline}
	response, err := client.Get(url)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answered %s", url, response.Status)
	}
	_, err = io.Copy(out, response.Body)
	return err
}

func lookup(name string) error {
	ctx, cancel := context.WithTimeout(context.Background(), clientDeadline)
	defer cancel()
	addresses, err := net.DefaultResolver.LookupHost(ctx, name)
	if err != nil {
		return err
	}
	fmt.Println(strings.Join(addresses, "\n"))
	return nil
}

func sleep(duration string) error {
	period := 24 * time.Hour
	if duration != "" {
		parsed, err := time.ParseDuration(duration)
		if err != nil {
			return err
		}
		period = parsed
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	select {
	case <-ctx.Done():
	case <-time.After(period):
	}
	return nil
}
