package access

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// A Reason is a missing requirement.
type Reason struct {
	// Code is the stable name: missing_scope, missing_entitlement, missing_role, unverified,
	// user_required, machine_required, object_denied, sign_in_too_weak, sign_in_too_old.
	Code string `json:"code"`
	// Permission, Scope, Role, ACRValues and MaxAge are the missing value, if the reason has one.
	Permission string   `json:"permission,omitempty"`
	Scope      string   `json:"scope,omitempty"`
	Role       string   `json:"role,omitempty"`
	ACRValues  []string `json:"acr_values,omitempty"`
	MaxAge     *int64   `json:"max_age,omitempty"`
	// Detail is a sentence that says how to resolve it.
	Detail string `json:"detail"`
}

// Denied is the error of a rejected request, with everything that the response needs.
type Denied struct {
	// Status is the HTTP status.
	Status int
	// Problem is the type of the problem (RFC 9457).
	Problem string
	// Title and Detail are sentences for users and developers.
	Title, Detail string
	// Challenges are those of WWW-Authenticate.
	Challenges []Challenge
	// Reasons are the missing requirements.
	Reasons []Reason
	// RetryAfter is the number of seconds until another attempt makes sense, 0 if unknown.
	RetryAfter int
	// DPoPNonce is the nonce that the next proof needs, "" for none.
	DPoPNonce string
	// DecisionID is the ID of the denial in the response and in the log, "" for an outage.
	DecisionID string
}

// Error returns status and detail.
func (d *Denied) Error() string {
	return fmt.Sprintf("access: %d: %s", d.Status, d.Detail)
}

// Code returns the error code of the first challenge (RFC 6750 section 3.1), "" if it has none.
func (d *Denied) Code() string {
	if len(d.Challenges) == 0 {
		return ""
	}
	return d.Challenges[0].Get("error")
}

// Body returns the problem of the response (RFC 9457) in JSON.
func (d *Denied) Body() []byte {
	problem := struct {
		Type       string   `json:"type"`
		Title      string   `json:"title"`
		Status     int      `json:"status"`
		Detail     string   `json:"detail"`
		Reasons    []Reason `json:"reasons,omitempty"`
		DecisionID string   `json:"decision_id,omitempty"`
	}{d.Problem, d.Title, d.Status, d.Detail, d.Reasons, d.DecisionID}
	var body bytes.Buffer
	encoder := json.NewEncoder(&body)
	encoder.SetEscapeHTML(false)
	// Texts and numbers only: encoding cannot fail.
	_ = encoder.Encode(problem)
	return body.Bytes()
}

// Respond writes the response.
func (d *Denied) Respond(w http.ResponseWriter) {
	header := w.Header()
	header.Set("Content-Type", "application/problem+json")
	header.Set("Cache-Control", "no-store")
	for _, challenge := range d.Challenges {
		header.Add("WWW-Authenticate", challenge.String())
	}
	if d.DecisionID != "" {
		header.Set("X-Decision-Id", d.DecisionID)
	}
	if d.RetryAfter > 0 {
		header.Set("Retry-After", strconv.Itoa(d.RetryAfter))
	}
	if d.DPoPNonce != "" {
		header.Set("DPoP-Nonce", d.DPoPNonce)
	}
	w.WriteHeader(d.Status)
	// The client is gone if this fails.
	_, _ = w.Write(d.Body())
}

func newDenied(status int, problem, title, detail string) *Denied {
	return &Denied{
		Status: status, Problem: "urn:doorward:problem:" + problem, Title: title, Detail: detail,
	}
}

func unavailable(retryAfter int) *Denied {
	denied := newDenied(http.StatusServiceUnavailable, "unavailable", "Temporarily unavailable",
		"The identity server is not available. Try again in a few seconds.")
	denied.RetryAfter = max(retryAfter, 1)
	return denied
}

func internalError() *Denied {
	return newDenied(http.StatusInternalServerError, "fault", "Internal server error",
		"An internal error occurred. Try again later.")
}

// newDecisionID returns a random UUID (RFC 9562 section 5.4).
func newDecisionID() string {
	var id [16]byte
	_, _ = rand.Read(id[:]) // Never fails, since Go 1.24.
	id[6] = id[6]&0x0f | 0x40
	id[8] = id[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", id[:4], id[4:6], id[6:8], id[8:10], id[10:])
}

func joined(reasons []Reason) string {
	details := make([]string, len(reasons))
	for at, reason := range reasons {
		details[at] = reason.Detail
	}
	return strings.Join(details, "; ")
}
