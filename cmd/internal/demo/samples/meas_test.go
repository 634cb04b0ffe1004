package samples
import ("testing";"fmt";"time";"slices"
"jobalertd/alerts/skill";"jobalertd/alerts/source";"jobalertd/alerts";"jobalertd/alerts/source/ashby";"jobalertd/alerts/source/greenhouse";"jobalertd/alerts/normalize")
func TestMeas(t *testing.T){
 w,err:=New(time.Date(2026,11,23,8,0,0,0,time.UTC),"http://127.0.0.1:8080/boards")
 if err!=nil {t.Fatal(err)}
 n:=normalize.New(skill.Shipped())
 now:=time.Date(2026,11,23,8,0,0,0,time.UTC)
 for range 60 { w.PublishMatching(now); w.PublishOther(now) }
 bad:=map[string]int{}; tot:=0
 diff:=func(k string, o Opening, got, want any){ bad[k]++; if bad[k]<=12 {fmt.Printf("%s: got %v want %v | %s | %s\n",k,got,want,o.Posting.Title,o.Board.Name)}}
 for _,b:=range w.Boards() {
  if b.Format==FormatPush {continue}
  os:=w.openings(b)
  var page source.Page
  sb:=source.Board{Name:b.Name,Company:b.Company}
  if b.Format==FormatAshby { body,_:=ashby0(os); page,err=ashby.Parse(sb,body)} else {body,_:=greenhouse0(os); page,err=greenhouse.Parse(sb,body)}
  if err!=nil {t.Fatal(err)}
  i:=0
  for _, raw := range page.Postings {
   p:=n.Posting(b.Format,sb,raw); o:=os[i]; i++; q:=o.Posting; tot++
   if p.Class!=q.Class {diff("class",o,p.Class,q.Class)}
   if p.Workplace!=q.Workplace {diff("wp",o,p.Workplace,q.Workplace)}
   want:=q.Seniority
   if !slices.Equal(p.Seniority,want) {diff("sen",o,p.Seniority,want)}
   if !slices.Equal(p.Employment,q.Employment) {diff("emp",o,p.Employment,q.Employment)}
   if !slices.Equal(p.RemoteFrom,q.RemoteFrom) {diff("from",o,p.RemoteFrom,q.RemoteFrom)}
   if fmt.Sprint(cities(p))!=fmt.Sprint(cities(q)) {diff("loc",o,cities(p),cities(q))}
   if p.Education!=q.Education {diff("edu",o,p.Education,q.Education)}
   if p.Language!=q.Language {diff("lang",o,p.Language,q.Language)}
   ps,qs:="",""; if p.Salary!=nil {ps=fmt.Sprint(*p.Salary)}; if q.Salary!=nil {qs=fmt.Sprint(*q.Salary)}
   if ps!=qs {diff("pay",o,ps,qs)}
   for _,s:=range q.Skills { if !slices.Contains(p.Skills,s) {bad["skillmiss"]++; if bad["skillmiss"]<30 {fmt.Println("skill",s,o.Posting.Title,o.Board.Name)}} }
   if p.ID!=q.ID {diff("id",o,p.ID,q.ID)}
  }
 }
 fmt.Println(tot,bad)
}
func cities(p alerts.Posting) (out []string){ for _,l:=range p.Locations {out=append(out,l.City+"/"+l.Country)}; return}
func ashby0(o []Opening)([]byte,error){return ashbyResponse(o,true)}
func greenhouse0(o []Opening)([]byte,error){return greenhouseResponse(o,true,true)}
