// Package strictjson reads JSON from strangers into structs and says exactly what is wrong with it.
//
// encoding/json passes over unknown and doubled fields, takes field names in any case, and stops at
// the first value of the wrong type. Here every such fault is found, named by its path, and told in
// words for the person who wrote the JSON. What passes is decoded by encoding/json.
package strictjson
