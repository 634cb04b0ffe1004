package settings

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

func TestTheExampleShowsEveryKindOfSetting(t *testing.T) {
	const want = `# A house. It has a door.

# The door.
door:
  # Its name.
  name: "front"

  # Its colour. One of red, green.
  color: red

  # Whether it is open.
  open: false

  # Its height. 1 to 3 metres.
  height: 2

  # How many bells it has. 0 or more.
  bells: 1

  # How long it takes to close. 1s or more.
  closing: 5s

  # Where it is.
  street: ""

  # Who may enter.
  allowed: []
  #allowed: ["10.0.0.0/8"]

  # Passwords that are not secret.
  words: []

  # Its key.
  key: ""

  # Other keys.
  spares: []

  # A drawing.
  plan: ""

# The rooms.
rooms: []
#rooms:
# Its name.
#  - name: "kitchen"
# How many windows it has.
#    windows: 2
# The number of its safe.
#    safe: ""
`
	if diff := cmp.Diff(want, string(Example[house]("A house. It has a door."))); diff != "" {
		t.Errorf("example (-want +got):\n%s", diff)
	}
}

func TestTheReferenceHasARowForEachSetting(t *testing.T) {
	const want = `
## door

The door.

| key | default | environment | meaning |
| --- | --- | --- | --- |
| ''door.name'' | ''front'' | ''JOBALERT_DOOR_NAME'' | Its name. |
| ''door.color'' | ''red'' | ''JOBALERT_DOOR_COLOR'' | Its colour. One of red, green. |
| ''door.open'' | ''false'' | ''JOBALERT_DOOR_OPEN'' | Whether it is open. |
| ''door.height'' | ''2'' | ''JOBALERT_DOOR_HEIGHT'' | Its height. 1 to 3 metres. |
| ''door.bells'' | ''1'' | ''JOBALERT_DOOR_BELLS'' | How many bells it has. 0 or more. |
| ''door.closing'' | ''5s'' | ''JOBALERT_DOOR_CLOSING'' | How long it takes to close. 1s or more. |
| ''door.street'' |  | ''JOBALERT_DOOR_STREET'' | Where it is. |
| ''door.allowed'' |  | ''JOBALERT_DOOR_ALLOWED'' | Who may enter. |
| ''door.words'' |  | ''JOBALERT_DOOR_WORDS'' | Passwords that are not secret. |
| ''door.key'' |  | ''JOBALERT_DOOR_KEY'' | Its key. Secret. |
| ''door.spares'' |  | ''JOBALERT_DOOR_SPARES'' | Other keys. Secrets. |
| ''door.plan'' |  | ''JOBALERT_DOOR_PLAN'' | A drawing. |

## rooms

The rooms.

| key | default | environment | meaning |
| --- | --- | --- | --- |
| ''rooms[0].name'' |  | ''JOBALERT_ROOMS_0_NAME'' | Its name. |
| ''rooms[0].windows'' | ''2'' | ''JOBALERT_ROOMS_0_WINDOWS'' | How many windows it has. |
| ''rooms[0].safe'' |  | ''JOBALERT_ROOMS_0_SAFE'' | The number of its safe. Secret. |
`
	if diff := cmp.Diff(strings.ReplaceAll(want, "''", "`"), string(Reference[house]())); diff != "" {
		t.Errorf("reference (-want +got):\n%s", diff)
	}
}

func TestTheEffectiveTableLinesUp(t *testing.T) {
	type shed struct {
		Lamp struct {
			Watts int    `key:"watts" default:"40"`
			Key   Secret `key:"key"`
		} `key:"lamp"`
	}
	var s shed
	v := Load(&s, Input{Environ: []string{"JOBALERT_LAMP_KEY=abcd"}})
	const want = "KEY         VALUE     ORIGIN\n" +
		"lamp.watts  40        default\n" +
		"lamp.key    <secret>  JOBALERT_LAMP_KEY\n"
	if diff := cmp.Diff(want, string(v.Effective())); diff != "" {
		t.Errorf("table (-want +got):\n%s", diff)
	}
}

// TestWhatIsShownIsWhatIsRead gives a house by variables, and gives what Settings shows of it by
// variables again: but for its secrets, the same house must come of it.
func TestWhatIsShownIsWhatIsRead(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringMatching(`[a-zA-Z0-9:/._-]{1,12}`)
		environ := []string{
			"JOBALERT_DOOR_NAME=" + word.Draw(t, "name"),
			"JOBALERT_DOOR_COLOR=" + rapid.SampledFrom([]string{"red", "green"}).Draw(t, "color"),
			"JOBALERT_DOOR_OPEN=" + rapid.SampledFrom([]string{"true", "false"}).Draw(t, "open"),
			"JOBALERT_DOOR_HEIGHT=" + rapid.StringMatching(`[12](\.[0-9]{1,6})?`).Draw(t, "height"),
			"JOBALERT_DOOR_BELLS=" + rapid.StringMatching(`[0-9]{1,6}`).Draw(t, "bells"),
			"JOBALERT_DOOR_CLOSING=" + rapid.StringMatching(`[1-9][0-9]{0,3}[smhd]`).Draw(t, "closing"),
			"JOBALERT_DOOR_STREET=" + rapid.StringMatching(`192\.0\.2\.[1-9]`).Draw(t, "street"),
			"JOBALERT_DOOR_ALLOWED=" + rapid.StringMatching(`10\.[0-9]\.0\.0/(8|16|32)(, 2001:db8::/32)?`).Draw(t, "allowed"),
			"JOBALERT_DOOR_WORDS=" + strings.Join(rapid.SliceOf(word).Draw(t, "words"), ","),
			"JOBALERT_ROOMS_0_NAME=" + word.Draw(t, "room"),
		}
		var first, second house
		shown := Load(&first, Input{Environ: environ})
		if err := shown.Err(); err != nil {
			t.Fatalf("%v: %v", environ, err)
		}
		var again []string
		for _, s := range shown.Settings() {
			again = append(again, EnvName(s.Key)+"="+strings.Trim(s.Value, "[]"))
		}
		if err := Load(&second, Input{Environ: again}).Err(); err != nil {
			t.Fatalf("%v: %v", again, err)
		}
		if diff := cmp.Diff(first, second, cmpopts.EquateComparable(Secret{}, netip.Addr{}, netip.Prefix{}), cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("given by %v, then by %v:\n%s", environ, again, diff)
		}
	})
}
