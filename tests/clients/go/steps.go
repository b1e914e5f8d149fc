// Steps: how one is told, and how what was answered is held against what was expected.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"reflect"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go"
)

type failure struct{ text string }

// step runs a step and prints a line of JSON for it; what goes wrong ends the step alone.
func step(name string, run func()) {
	var problem *string
	func() {
		defer func() {
			switch caught := recover().(type) {
			case nil:
			case failure:
				problem = &caught.text
			default:
				panic(caught)
			}
		}()
		run()
	}()
	json.NewEncoder(os.Stdout).Encode(map[string]any{"step": name, "problem": problem})
}

// must returns what a call answered.
func must[T any](answer T, err error) T {
	if err != nil {
		panic(failure{err.Error()})
	}
	return answer
}

// refused expects an error of a type of the SDK's, with this code.
func refused[E error, T any](code string, _ T, err error) {
	if err == nil {
		panic(failure{"expected " + code + ", and the call went through"})
	}
	var typed E
	if !errors.As(err, &typed) {
		panic(failure{fmt.Sprintf("no %T: %v", typed, err)})
	}
	hasCode(code, err)
}

// unmodelled expects an error by its code, where the SDK has no type for it.
func unmodelled[T any](code string, _ T, err error) {
	if err == nil {
		panic(failure{"expected " + code + ", and the call went through"})
	}
	hasCode(code, err)
}

func hasCode(code string, err error) {
	var told smithy.APIError
	if !errors.As(err, &told) || told.ErrorCode() != code {
		panic(failure{fmt.Sprintf("expected %s: %v", code, err)})
	}
}

// same expects two values to be equal, pointers followed.
func same(found, wanted any) {
	if !reflect.DeepEqual(found, wanted) {
		panic(failure{fmt.Sprintf("%s, not %s", text(found), text(wanted))})
	}
}

func text(value any) string {
	written, err := json.Marshal(value)
	if err != nil {
		return fmt.Sprint(value)
	}
	return string(written)
}

func recent(moment *time.Time) {
	if age := time.Since(aws.ToTime(moment)); age < -5*time.Minute || age > 5*time.Minute {
		panic(failure{fmt.Sprintf("%v is not now", moment)})
	}
}
