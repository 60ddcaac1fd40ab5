"""The standing phrases of a notice as the bureau prints them: data in Chinese, like the rest of the paper."""

ISSUER = "重庆市机关事务管理局"
NUMBER = "渝机管公示〔{year}〕{serial}号"
MUNICIPAL = "市级部门及直属单位"
DIVISIONS = "区县（自治县）及功能区"
TITLE = "关于{year}年{scheme}拟认定名单的公示"
BASIS = ("根据{basis}，经单位申报、区县和部门推荐、专家评审、现场验收和联合审定，"
         "拟认定以下单位为{scheme}。现将名单予以公示，接受社会监督。")
NATIONAL_BASIS = ("根据{basis}，经单位申报、区县和部门推荐、专家评审、现场验收、联合审定和国家复核，"
                  "拟认定以下单位为{scheme}。现将名单予以公示，接受社会监督。")
OBJECTION = ("对名单有异议的，请在公示期内以书面或在线方式提出，说明事实和依据。以单位名义提出的，应当加盖公章；"
             "以个人名义提出的，应当署真实姓名并留下联系电话和地址。")
LIST = "公示名单"
OFFICE, PHONE, ADDRESS = "联系部门", "联系电话", "地址"
