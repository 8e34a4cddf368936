// Asks an emotion server how the last turn of a dialogue feels.
//
//	classify [--address HOST:PORT] TURN [TURN [TURN]]
//
// The address is otherwise EMOTION_ADDRESS, or 127.0.0.1:50051. Exit code: 0, or 1
// if the call failed, or 2 for wrong usage.
package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"time"

	emotionv1 "emotion/v1"

	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

// gRPC's own retries; they follow the server's grpc-retry-pushback-ms. Before gRPC-Go
// 1.40 they need GRPC_GO_RETRY=on in the environment.
const serviceConfig = `{
  "methodConfig": [{
    "name": [{"service": "emotion.v1.EmotionService"}],
    "retryPolicy": {
      "maxAttempts": 4,
      "initialBackoff": "0.05s",
      "maxBackoff": "1s",
      "backoffMultiplier": 2,
      "retryableStatusCodes": ["UNAVAILABLE", "CANCELLED", "RESOURCE_EXHAUSTED"]
    }
  }]
}`

// Time for one answer, all tries included.
const deadline = 5 * time.Second

// Connect gives a connection without TLS; close it. It is made with the first call.
func Connect(address string) (*grpc.ClientConn, error) {
	return grpc.Dial(address, grpc.WithInsecure(),
		grpc.WithDefaultServiceConfig(serviceConfig))
}

// Classify classifies one dialogue of one to three turns, oldest first. An error is a
// gRPC status. The request id is sent along and names the call in the server's log.
func Classify(ctx context.Context, connection grpc.ClientConnInterface,
	turns []string, requestID string) (*emotionv1.Classification, error) {
	ctx = metadata.AppendToOutgoingContext(ctx, "x-request-id", requestID)
	answer, err := emotionv1.NewEmotionServiceClient(connection).Classify(ctx,
		&emotionv1.ClassifyRequest{Dialogue: &emotionv1.Dialogue{Turns: turns}})
	if err != nil {
		return nil, err
	}
	return answer.GetClassification(), nil
}

func newRequestID() (string, error) {
	var id [16]byte
	_, err := rand.Read(id[:])
	return hex.EncodeToString(id[:]), err
}

func run(arguments []string, out, errs io.Writer) int {
	flags := flag.NewFlagSet("classify", flag.ContinueOnError)
	flags.SetOutput(errs)
	address := flags.String("address", defaultAddress(), "where the server listens")
	if err := flags.Parse(arguments); errors.Is(err, flag.ErrHelp) {
		return 0
	} else if err != nil {
		return 2
	}
	if flags.NArg() == 0 {
		fmt.Fprintln(errs, "classify: expected one to three turns")
		return 2
	}
	if err := ask(*address, flags.Args(), out); err != nil {
		failure := status.Convert(err)
		fmt.Fprintf(errs, "classify: %s: %s\n", failure.Code(), failure.Message())
		return 1
	}
	return 0
}

func ask(address string, turns []string, out io.Writer) error {
	connection, err := Connect(address)
	if err != nil {
		return err
	}
	defer connection.Close()
	requestID, err := newRequestID()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), deadline)
	defer cancel()
	answer, err := Classify(ctx, connection, turns, requestID)
	if err != nil {
		return err
	}
	fmt.Fprintln(out, answer.GetLabel())
	for _, each := range answer.GetProbabilities() {
		fmt.Fprintf(out, "  %s %.4f\n", each.GetLabel(), each.GetProbability())
	}
	return nil
}

func defaultAddress() string {
	if address := os.Getenv("EMOTION_ADDRESS"); address != "" {
		return address
	}
	return "127.0.0.1:50051"
}

func main() {
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}
