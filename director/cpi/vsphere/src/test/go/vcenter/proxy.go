package main

import (
	"bytes"
	"crypto/tls"
	"encoding/json"
	"encoding/xml"
	"io"
	"net/http"
	"net/http/httputil"
	"net/url"
	"sync"
	"time"
)

// A networkRule is what befalls calls of one method ("*": all but waiting) on their way.
type networkRule struct {
	Method string
	// "refuse" never brings it, "cut" brings it and loses the answer, "expire" ends all sessions first, "delay" waits first.
	Does    string
	Skip    int
	Count   int
	DelayMs int
	seen    int
}

type proxy struct {
	mutex     sync.Mutex
	rules     []*networkRule
	calls     map[string]int
	bodies    map[string][]string
	inFlight  int
	mostAtAll int
	forward   *httputil.ReverseProxy
	expire    func()
}

func newProxy(target *url.URL) *proxy {
	forward := httputil.NewSingleHostReverseProxy(&url.URL{Scheme: target.Scheme, Host: target.Host})
	forward.Transport = &http.Transport{
		TLSClientConfig:     &tls.Config{InsecureSkipVerify: true}, // this process's own server, one hop away
		MaxIdleConnsPerHost: 256,
	}
	p := &proxy{forward: forward}
	p.forget()
	return p
}

func (p *proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	method := methodOf(r, body)
	rule := p.begin(method, string(body))
	defer p.end(method)
	if rule == nil {
		p.forward.ServeHTTP(w, r)
		return
	}
	time.Sleep(time.Duration(rule.DelayMs) * time.Millisecond)
	switch rule.Does {
	case "expire":
		p.expire()
		p.forward.ServeHTTP(w, r)
	case "delay":
		p.forward.ServeHTTP(w, r)
	case "cut":
		p.forward.ServeHTTP(&discard{header: http.Header{}}, r)
		hangUp(w)
	default:
		hangUp(w)
	}
}

// discard is where answers go that nobody gets.
type discard struct{ header http.Header }

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) Write(b []byte) (int, error) { return len(b), nil }
func (d *discard) WriteHeader(int)             {}

func hangUp(w http.ResponseWriter) {
	if hijacker, ok := w.(http.Hijacker); ok {
		if connection, _, err := hijacker.Hijack(); err == nil {
			_ = connection.Close()
			return
		}
	}
	panic(http.ErrAbortHandler)
}

// methodOf is the name of the first element of a SOAP body, and the path of any other request.
func methodOf(r *http.Request, body []byte) string {
	decoder := xml.NewDecoder(bytes.NewReader(body))
	inBody := false
	for r.URL.Path == "/sdk" || r.URL.Path == "/pbm" {
		token, err := decoder.Token()
		if err != nil {
			break
		}
		if start, ok := token.(xml.StartElement); ok {
			if inBody {
				return start.Name.Local
			}
			inBody = start.Name.Local == "Body"
		}
	}
	return r.Method + " " + r.URL.Path
}

func isWaiting(method string) bool {
	return method == "WaitForUpdatesEx"
}

func (p *proxy) begin(method, body string) *networkRule {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.calls[method]++
	p.bodies[method] = append(p.bodies[method], body)
	if len(p.bodies[method]) > 50 {
		p.bodies[method] = p.bodies[method][1:]
	}
	if !isWaiting(method) {
		p.inFlight++
		p.mostAtAll = max(p.mostAtAll, p.inFlight)
	}
	for _, rule := range p.rules {
		if rule.Method != method && (rule.Method != "*" || isWaiting(method)) {
			continue
		}
		rule.seen++
		if rule.seen > rule.Skip && (rule.Count == 0 || rule.seen <= rule.Skip+rule.Count) {
			return rule
		}
	}
	return nil
}

func (p *proxy) end(method string) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if !isWaiting(method) {
		p.inFlight--
	}
}

func (p *proxy) clear() {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.rules = nil
}

func (p *proxy) forget() {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.calls = map[string]int{}
	p.bodies = map[string][]string{}
	p.mostAtAll = p.inFlight
}

func (p *proxy) counted() any {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	copied := map[string]int{}
	for method, count := range p.calls {
		copied[method] = count
	}
	return map[string]any{"calls": copied, "mostInFlight": p.mostAtAll}
}

func (p *proxy) recorded(method string) []string {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	return append([]string{}, p.bodies[method]...)
}

func (v *vcenter) addNetworkRule(body io.Reader) error {
	rule := &networkRule{}
	if err := json.NewDecoder(body).Decode(rule); err != nil {
		return err
	}
	v.proxy.mutex.Lock()
	defer v.proxy.mutex.Unlock()
	v.proxy.expire = v.expireSessions
	v.proxy.rules = append(v.proxy.rules, rule)
	return nil
}
