package main

import (
	"bytes"
	"context"
	"net"
	"reflect"
	"strings"
	"sync"
	"testing"

	emotionv1 "emotion/v1"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

type call struct {
	turns       []string
	id          string
	hasDeadline bool
}

// A server that classifies by a word; as often as busy says it pushes back.
type littleServer struct {
	emotionv1.UnimplementedEmotionServiceServer
	mutex sync.Mutex
	busy  int
	seen  []call
}

func (s *littleServer) Classify(ctx context.Context,
	request *emotionv1.ClassifyRequest) (*emotionv1.ClassifyResponse, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	turns := request.GetDialogue().GetTurns()
	_, hasDeadline := ctx.Deadline()
	incoming, _ := metadata.FromIncomingContext(ctx)
	id := strings.Join(incoming.Get("x-request-id"), ",")
	s.seen = append(s.seen, call{turns, id, hasDeadline})
	if s.busy > 0 {
		s.busy--
		grpc.SetTrailer(ctx, metadata.Pairs("grpc-retry-pushback-ms", "1"))
		return nil, status.Error(codes.ResourceExhausted, "the queue is full")
	}
	last := turns[len(turns)-1]
	if last == "" {
		return nil, status.Error(codes.InvalidArgument, "dialogue.turns[0]: is empty")
	}
	label := "others"
	if strings.Contains(last, "sad") {
		label = "sad"
	}
	return &emotionv1.ClassifyResponse{Classification: &emotionv1.Classification{
		Label: label,
		Probabilities: []*emotionv1.LabelProbability{
			{Label: label, Probability: 0.97}, {Label: "angry", Probability: 0.03}},
	}}, nil
}

func serve(t *testing.T, busy int) (*littleServer, string) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	little := &littleServer{busy: busy}
	server := grpc.NewServer()
	emotionv1.RegisterEmotionServiceServer(server, little)
	go server.Serve(listener)
	t.Cleanup(server.Stop)
	return little, listener.Addr().String()
}

func runAgainst(t *testing.T, busy int, turns ...string) (*littleServer, int, string, string) {
	little, address := serve(t, busy)
	var out, errs bytes.Buffer
	code := run(append([]string{"--address", address, "--"}, turns...), &out, &errs)
	return little, code, out.String(), errs.String()
}

func TestADialogueIsClassified(t *testing.T) {
	_, code, out, errs := runAgainst(t, 0, "Hi", "Why?", "I am so sad")
	if code != 0 || out != "sad\n  sad 0.9700\n  angry 0.0300\n" || errs != "" {
		t.Error(code, out, errs)
	}
}

func TestTheTurnsAndTheIDArriveAsTheyAre(t *testing.T) {
	little, address := serve(t, 0)
	connection, err := Connect(address)
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close()
	turns := []string{"Grüß dich", "😀"}
	if _, err := Classify(context.Background(), connection, turns, "mine"); err != nil {
		t.Fatal(err)
	}
	if want := []call{{turns, "mine", false}}; !reflect.DeepEqual(little.seen, want) {
		t.Error(little.seen)
	}
}

func TestEveryRunHasADeadlineAndAnID(t *testing.T) {
	little, _, _, _ := runAgainst(t, 0, "hello")
	if seen := little.seen[0]; !seen.hasDeadline || len(seen.id) != 32 {
		t.Error(seen)
	}
}

func TestABusyServerIsAskedAgain(t *testing.T) {
	little, code, out, errs := runAgainst(t, 2, "so sad")
	if code != 0 || !strings.HasPrefix(out, "sad\n") || len(little.seen) != 3 {
		t.Error(code, out, errs, len(little.seen))
	}
}

func TestAServerThatStaysBusyIsGivenUp(t *testing.T) {
	little, code, _, errs := runAgainst(t, 9, "so sad")
	if code != 1 || errs != "classify: ResourceExhausted: the queue is full\n" ||
		len(little.seen) != 4 {
		t.Error(code, errs, len(little.seen))
	}
}

func TestARefusalSaysWhy(t *testing.T) {
	_, code, out, errs := runAgainst(t, 0, "")
	if code != 1 || out != "" ||
		errs != "classify: InvalidArgument: dialogue.turns[0]: is empty\n" {
		t.Error(code, out, errs)
	}
}

func TestWrongUsageEndsWithTwo(t *testing.T) {
	for _, arguments := range [][]string{{}, {"--no-such"}} {
		var out, errs bytes.Buffer
		if code := run(arguments, &out, &errs); code != 2 || errs.Len() == 0 {
			t.Error(arguments, code, errs.String())
		}
	}
}
