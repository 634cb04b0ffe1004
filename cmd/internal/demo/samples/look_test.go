package samples
import ("testing";"fmt";"time";"sort")
func TestLook(t *testing.T){
 w,err:=New(time.Date(2026,11,23,8,0,0,0,time.UTC),"http://127.0.0.1:8080/boards")
 if err!=nil {t.Fatal(err)}
 var all []Opening
 for _,os:=range w.open { all=append(all,os...)}
 sort.Slice(all,func(i,j int)bool{return all[i].number<all[j].number})
 c:=map[string]int{}
 for _,o:=range all { p:=o.Posting
  n:=len([]rune(p.Description))
  c["class "+string(p.Class)]++; c["sen "+string(p.Seniority[0])]++; c["wp "+string(p.Workplace)]++; c["emp "+string(p.Employment[0])]++; c["lang "+p.Language]++; c["fmt "+p.Source]++
  if p.Salary!=nil {c["cur "+p.Salary.Currency]++; c["per "+string(p.Salary.Period)]++} else {c["nopay"]++}
  if len(p.Locations)>0 {c["ctry "+p.Locations[0].Country]++}
  if n<900||n>3000 {fmt.Println("LEN",n,p.Title,p.Company)}
  s:=""; if p.Salary!=nil {s=fmt.Sprint(p.Salary.Min,"-",p.Salary.Max,p.Salary.Currency,"/",p.Salary.Period)}
  fmt.Printf("%d %-6s %s | %s | %s | %s %v | %s\n",o.number,p.Class,p.Title,p.Company,p.Workplace,o.where(),p.Employment[0],s)
 }
 var ks []string; for k,v:=range c {ks=append(ks,fmt.Sprint(k," ",v))}; sort.Strings(ks); fmt.Println(ks)
 for _,i:=range []int{3,24,57,80,101,133} {fmt.Println("=====",all[i].Posting.Title,"\n"+all[i].Posting.Description)}
}
