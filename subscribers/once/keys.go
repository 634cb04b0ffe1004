package once

import "encoding/hex"

func key(name [16]byte) string { return "jobalert:once:" + hex.EncodeToString(name[:]) }
