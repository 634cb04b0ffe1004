package settings

import (
	"errors"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"jobalertd/cmd/internal/config/settings/notation"
)

// house is a struct with every kind of setting there is.
type house struct {
	Door  door   `key:"door" doc:"The door."`
	Rooms []room `key:"rooms" doc:"The rooms."`
}

type door struct {
	Name    string         `key:"name" doc:"Its name." default:"front" max:"20"`
	Color   string         `key:"color" doc:"Its colour." default:"red" enum:"red,green"`
	Open    bool           `key:"open" doc:"Whether it is open." default:"false"`
	Height  float64        `key:"height" doc:"Its height." default:"2" min:"1" max:"3" unit:"metres"`
	Bells   int            `key:"bells" doc:"How many bells it has." default:"1" min:"0"`
	Closing time.Duration  `key:"closing" doc:"How long it takes to close." default:"5s" min:"1s"`
	Street  netip.Addr     `key:"street" doc:"Where it is."`
	Allowed []netip.Prefix `key:"allowed" doc:"Who may enter." example:"10.0.0.0/8"`
	Words   []string       `key:"words" doc:"Passwords that are not secret."`
	Key     Secret         `key:"key" doc:"Its key." min:"4"`
	Spares  []Secret       `key:"spares" doc:"Other keys." min:"4"`
	Plan    File           `key:"plan" doc:"A drawing."`
}

type room struct {
	Name    string `key:"name" doc:"Its name." required:"true" example:"kitchen"`
	Windows int    `key:"windows" doc:"How many windows it has." default:"2"`
	Safe    Secret `key:"safe" doc:"The number of its safe."`
}

// fill loads text as house.yaml.
func fill(t testing.TB, text string, environ ...string) (*house, *Values) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "house.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	var h house
	return &h, Load(&h, Input{File: path, Environ: environ})
}

// faults lists what is wrong with text, without the directory of the file.
func faults(t testing.TB, text string, environ ...string) []string {
	t.Helper()
	_, v := fill(t, text, environ...)
	err := v.Err()
	if err == nil {
		return nil
	}
	lines := strings.Split(err.Error(), "\n")
	for i, line := range lines {
		if at := strings.Index(line, "house.yaml"); at >= 0 {
			lines[i] = line[at:]
		}
	}
	return lines
}

func TestEveryKindOfValueIsRead(t *testing.T) {
	got, v := fill(t, `
door:
  name: "it's 1"
  color: green
  open: true
  height: 2.5
  bells: 3
  closing: 1m30s
  street: 192.0.2.1
  allowed: [10.1.2.3/8, "2001:db8::1"]
  words: [a, 'b,c', 007]
  key: 0123
  spares: [1_000, 0x1F]
rooms:
  - name: kitchen
    safe: >-
      folded
      text
  - {name: hall, windows: 0}
`)
	if err := v.Err(); err != nil {
		t.Fatal(err)
	}
	want := &house{
		Door: door{
			Name: "it's 1", Color: "green", Open: true, Height: 2.5, Bells: 3, Closing: 90 * time.Second,
			Street:  netip.MustParseAddr("192.0.2.1"),
			Allowed: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("2001:db8::1/128")},
			Words:   []string{"a", "b,c", "007"},
			Key:     NewSecret("0123"), Spares: []Secret{NewSecret("1_000"), NewSecret("0x1F")},
		},
		Rooms: []room{{Name: "kitchen", Windows: 2, Safe: NewSecret("folded text")}, {Name: "hall"}},
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateComparable(Secret{}, netip.Addr{}, netip.Prefix{})); diff != "" {
		t.Errorf("house (-want +got):\n%s", diff)
	}
}

func TestAFileThatSaysNothingLeavesTheDefaults(t *testing.T) {
	for name, text := range map[string]string{
		"an empty file":          "",
		"only a comment":         "# nothing\n",
		"a document mark":        "---\n",
		"a byte order mark":      "\ufeffdoor: {}\n",
		"keys without a value":   "door:\n  name:\n  words: ~\nrooms:\n",
		"Windows line ends":      "door:\r\n  open: false\r\n",
		"an explicit empty list": "rooms: []\n",
	} {
		t.Run(name, func(t *testing.T) {
			h, v := fill(t, text)
			if err := v.Err(); err != nil {
				t.Fatal(err)
			}
			if h.Door.Name != "front" || h.Door.Closing != 5*time.Second || len(h.Rooms) != 0 {
				t.Errorf("house = %+v", h)
			}
		})
	}
}

func TestYAMLThatCannotBeUsedIsExplained(t *testing.T) {
	for _, test := range []struct {
		name, text string
		want       []string
	}{
		{"an unclosed list", "door:\n  words: [a, b\n", []string{"house.yaml:2:10: not valid YAML: sequence end token ']' not found"}},
		{"a tab", "door:\n\tname: x\n", []string{"house.yaml:2:1: not valid YAML: found character '\t' that cannot start any token"}},
		{"a key twice", "door:\n  name: a\n  name: b\n", []string{`house.yaml:3:3: not valid YAML: mapping key "name" already defined at [2:3]`}},
		{"another encoding", "# caf\xe9\ndoor: {}\n", []string{"house.yaml:1:1: the line is not valid UTF-8; save the file as UTF-8"}},
		{"a list at the top", "- door\n", []string{"house.yaml:1:1: this must be settings as key: value"}},
		{"two documents", "door: {}\n---\nrooms: []\n", []string{"house.yaml:3:1: a second document begins here; put everything into one"}},
		{"a value where a section belongs", "door: open\n", []string{"house.yaml:1:1: door: this must be settings as key: value"}},
		{"a section where a value belongs", "door:\n  name: {first: x}\n", []string{"house.yaml:2:3: door.name: this must be one value"}},
		{"a value where a list belongs", "door:\n  words: a\n", []string{"house.yaml:2:3: door.words: this must be a list, as [a, b]"}},
		{"a list within a list", "door:\n  words: [[a]]\n", []string{"house.yaml:2:11: door.words[0]: this must be one value"}},
		{"a section where a list of them belongs", "rooms:\n  name: hall\n", []string{"house.yaml:1:1: rooms: this must be a list, each element beginning with -"}},
		{"a value where an element belongs", "rooms: [hall]\n",
			[]string{"house.yaml:1:9: rooms[0]: this must be settings as key: value", "house.yaml:1:9: rooms[0].name: it is missing; write it like kitchen"}},
		{"an anchor and its alias", "door:\n  name: &n x\n  words: [*n]\n", []string{
			"house.yaml:2:9: door.name: anchors, aliases, merge keys and tags are not understood here; write the value out",
			"house.yaml:3:11: door.words[0]: anchors, aliases, merge keys and tags are not understood here; write the value out"}},
		{"a merge key", "door:\n  <<: {name: x}\n", []string{"house.yaml:2:3: door: anchors, aliases, merge keys and tags are not understood here; write the value out"}},
		{"a tag", "door:\n  name: !!str x\n", []string{"house.yaml:2:9: door.name: anchors, aliases, merge keys and tags are not understood here; write the value out"}},
		{"a text that is too long", "door:\n  name: abcdefghijklmnopqrstu\n", []string{"house.yaml:2:9: door.name: it is too long: 21 bytes of at most 20"}},
		{"no number at all", "door:\n  height: .nan\n", []string{`house.yaml:2:11: door.height: ".nan" is not a number; use 1 to 3`}},
		{"a number without end", "door:\n  height: Inf\n", []string{`house.yaml:2:11: door.height: "Inf" is not a number; use 1 to 3`}},
		{"a choice left empty", "door:\n  color: ''\n", []string{`house.yaml:2:10: door.color: "" is not one of red, green`}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, faults(t, test.text)); diff != "" {
				t.Errorf("faults (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAFileOutOfBoundsIsRefused(t *testing.T) {
	got := faults(t, "# "+strings.Repeat("x", maxFile))
	if len(got) != 1 || !strings.HasSuffix(got[0], "has more than 1048576 bytes") {
		t.Errorf("faults = %v", got)
	}
	var h house
	dir := t.TempDir()
	err := Load(&h, Input{File: dir}).Err()
	if want := dir + ": the file " + dir + " cannot be read: is a directory"; err == nil || err.Error() != want {
		t.Errorf("a directory gives %v, want %s", err, want)
	}
}

func TestVariables(t *testing.T) {
	for _, test := range []struct {
		name    string
		environ []string
		want    []string
	}{
		{"of other programs are none of ours", []string{"PATH=/bin", "JOBALERTD_X=1", "jobalert_door_name=x", "NOEQUALS"}, nil},
		{"that Kubernetes makes for a service are passed over", []string{
			"JOBALERT_SERVICE_HOST=10.0.0.1", "JOBALERT_PORT=tcp://10.0.0.1:80", "JOBALERT_PORT_80_TCP_ADDR=10.0.0.1"}, nil},
		{"for the command line and the tests are passed over", []string{"JOBALERT_CONFIG=x", "JOBALERT_TEST_REQUIRE=1"}, nil},
		{"of a whole section are refused", []string{"JOBALERT_DOOR=x"}, []string{"JOBALERT_DOOR: no setting has this name"}},
		{"with a bad index are refused", []string{"JOBALERT_ROOMS_00_WINDOWS=2"},
			[]string{"JOBALERT_ROOMS_00_WINDOWS: no setting has this name; did you mean JOBALERT_ROOMS_0_WINDOWS?"}},
		{"with an endless index are refused", []string{"JOBALERT_ROOMS_99999_WINDOWS=2"},
			[]string{"JOBALERT_ROOMS_99999_WINDOWS: no setting has this name; did you mean JOBALERT_ROOMS_0_WINDOWS?"}},
		{"may not give a secret twice", []string{"JOBALERT_DOOR_KEY=abcd", "JOBALERT_DOOR_KEY_FILE=x"},
			[]string{"JOBALERT_DOOR_KEY_FILE: door.key: it is given twice, as key and as key_file (JOBALERT_DOOR_KEY); remove one of them"}},
		{"given twice count once, the last", []string{"JOBALERT_DOOR_BELLS=many", "JOBALERT_DOOR_BELLS=2"}, nil},
		{"may make an element", []string{"JOBALERT_ROOMS_0_WINDOWS=3"},
			[]string{"JOBALERT_ROOMS_0_WINDOWS: rooms[0].name: it is missing; write it like kitchen"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, faults(t, "", test.environ...)); diff != "" {
				t.Errorf("faults (-want +got):\n%s", diff)
			}
		})
	}
}

func TestEachKeyHasAVariableThatSetsIt(t *testing.T) {
	eachLeaf(fieldsOf(reflect.TypeFor[house]()), "", func(path string, f field) {
		v, ok := findVariable(fieldsOf(reflect.TypeFor[house]()), strings.TrimPrefix(EnvName(path), Prefix), "")
		if !ok || v.path != path || v.byFile {
			t.Errorf("%s leads to %q, want %s", EnvName(path), v.path, path)
		}
	})
}

func TestAnEmptySecretFileIsAFault(t *testing.T) {
	file := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(file, []byte("\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	got := faults(t, "", "JOBALERT_DOOR_KEY_FILE="+file)
	want := []string{"JOBALERT_DOOR_KEY_FILE (" + file + "): door.key_file: the file " + file + " is empty"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("faults (-want +got):\n%s", diff)
	}
}

func TestTheRuleOfAFieldIsAskedAboutEachText(t *testing.T) {
	type zoo struct {
		Cage struct {
			Animals []string `key:"animals" check:"animal"`
			Keeper  string   `key:"keeper" check:"person"`
		} `key:"cage"`
	}
	var asked []string
	var z zoo
	v := Load(&z, Input{
		Environ: []string{"JOBALERT_CAGE_ANIMALS=lion,tiger"},
		Check: func(rule, text string) error {
			asked = append(asked, rule+" "+text)
			if text == "tiger" {
				return errors.New("it is too wild")
			}
			return nil
		},
	})
	if diff := cmp.Diff([]string{"animal lion", "animal tiger"}, asked); diff != "" {
		t.Errorf("asked (-want +got):\n%s", diff)
	}
	if err := v.Err(); err == nil || err.Error() != "JOBALERT_CAGE_ANIMALS: cage.animals[1]: it is too wild" {
		t.Errorf("error is %v", err)
	}
}

func TestADurationIsReadAsItIsShown(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"7d": 168 * time.Hour, "36h": 36 * time.Hour, "90s": 90 * time.Second, "0s": 0, "1h30m": 90 * time.Minute,
	} {
		if got, err := notation.Duration(text); err != nil || got != want {
			t.Errorf("%s is %v, %v; want %v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "d", "-1d", "1.5d", "7 d", "1w", "99999d"} {
		if got, err := notation.Duration(text); err == nil {
			t.Errorf("%q is taken for %v", text, got)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		unit := rapid.SampledFrom([]time.Duration{1, time.Second, time.Minute, time.Hour, 24 * time.Hour}).Draw(t, "unit")
		d := time.Duration(rapid.Int64Range(0, int64(10_000*24*time.Hour)).Draw(t, "d")).Truncate(unit)
		if got, err := notation.Duration(notation.FormatDuration(d)); err != nil || got != d {
			t.Fatalf("%v is shown as %s and read as %v, %v", d, notation.FormatDuration(d), got, err)
		}
	})
}

func TestTheNearestNameIsSuggested(t *testing.T) {
	names := []string{"listen", "base_url", "trusted_proxies"}
	for word, want := range map[string]string{
		"listne": "listen", "Listen": "listen", "lisen": "listen", "base-url": "base_url", "baseurl": "base_url",
		"trusted_proxy": "trusted_proxies", "zebra": "", "x": "", "": "",
	} {
		hint := ""
		if want != "" {
			hint = "; did you mean " + want + "?"
		}
		if got := DidYouMean(word, names); got != hint {
			t.Errorf("%q suggests %q, want %q", word, got, hint)
		}
	}
}

func TestSecretsKeepQuiet(t *testing.T) {
	s := NewSecret("hunter2")
	if got := fmt.Sprintf("%v %s %q %d %x %#v", s, s, s, s, s, &s); strings.Contains(got, "hunter2") || strings.Contains(got, "68756e746572") {
		t.Errorf("a secret prints as %s", got)
	}
	if got := fmt.Sprint(Secret{}); got != "" {
		t.Errorf("no secret prints as %q", got)
	}
}

// FuzzLoad holds that no file makes Load panic, and that every fault of a file says where it is.
func FuzzLoad(f *testing.F) {
	for _, seed := range []string{
		"", "door: {name: x, words: [a, b]}\nrooms:\n  - name: hall\n    safe: 1\n", "door:\n\tname: x", "? a\n: b\n", "<<: *x\n",
		"door: &a [*a]\n", "- - -\n", "door: |\n  x\n", "%YAML 1.2\n---\n", "a: \"\\xff\"\n", "door: {closing: 9999999999d}", "\ufeff---\n...\n---\n", "rooms: [{},{},]",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if strings.Contains(text, "file") || strings.Contains(text, "plan") {
			return // it might read a file of this machine
		}
		var h house
		v := Values{given: layer{}, origins: map[string]Origin{}}
		v.given = readYAML("house.yaml", []byte(text), fieldsOf(reflect.TypeFor[house]()), &v.faults)
		v.section(reflect.ValueOf(&h).Elem(), "")
		if faults, ok := errors.AsType[Faults](v.Err()); ok {
			for _, fault := range faults {
				if !strings.HasPrefix(fault.Error(), "house.yaml:") {
					t.Errorf("%q gives a fault without a place: %s", text, fault)
				}
			}
		}
	})
}
