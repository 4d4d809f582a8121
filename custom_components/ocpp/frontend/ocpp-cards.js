var r5=Object.defineProperty;var e5=Object.getOwnPropertyDescriptor;var v=(M,H,C,V)=>{for(var L=V>1?void 0:V?e5(H,C):H,r=M.length-1,e;r>=0;r--)(e=M[r])&&(L=(V?e(H,C,L):e(L))||L);return V&&L&&r5(H,C,L),L};var a=["cs","da","de","en","es","fi","fr","it","nb","nl","pl","pt","sv"];var X1="M11,15H13V17H11V15M11,7H13V13H11V7M12,2C6.47,2 2,6.5 2,12A10,10 0 0,0 12,22A10,10 0 0,0 22,12A10,10 0 0,0 12,2M12,20A8,8 0 0,1 4,12A8,8 0 0,1 12,4A8,8 0 0,1 20,12A8,8 0 0,1 12,20Z";var J1="M16.67,4H15V2H9V4H7.33A1.33,1.33 0 0,0 6,5.33V20.67C6,21.4 6.6,22 7.33,22H16.67A1.33,1.33 0 0,0 18,20.67V5.33C18,4.6 17.4,4 16.67,4Z";var Y1="M13.54 22H7.33C6.6 22 6 21.4 6 20.67V5.33C6 4.6 6.6 4 7.33 4H9V2H15V4H16.67C17.4 4 18 4.6 18 5.33V12C14.69 12 12 14.69 12 18C12 19.54 12.58 20.94 13.54 22M20.94 17.5L17.94 14.5L14.94 17.5H16.94V21.5H18.94V17.5H20.94";var C2="M15,13H16.5V15.82L18.94,17.23L18.19,18.53L15,16.69V13M19,8H5V19H9.67C9.24,18.09 9,17.07 9,16A7,7 0 0,1 16,9C17.07,9 18.09,9.24 19,9.67V8M5,21C3.89,21 3,20.1 3,19V5C3,3.89 3.89,3 5,3H6V1H8V3H16V1H18V3H19A2,2 0 0,1 21,5V11.1C22.24,12.36 23,14.09 23,16A7,7 0 0,1 16,23C14.09,23 12.36,22.24 11.1,21H5M16,11.15A4.85,4.85 0 0,0 11.15,16C11.15,18.68 13.32,20.85 16,20.85A4.85,4.85 0 0,0 20.85,16C20.85,13.32 18.68,11.15 16,11.15Z";var v1="M18.92 2C18.72 1.42 18.16 1 17.5 1H6.5C5.84 1 5.29 1.42 5.08 2L3 8V16C3 16.55 3.45 17 4 17H5C5.55 17 6 16.55 6 16V15H18V16C18 16.55 18.45 17 19 17H20C20.55 17 21 16.55 21 16V8L18.92 2M6.5 12C5.67 12 5 11.33 5 10.5S5.67 9 6.5 9 8 9.67 8 10.5 7.33 12 6.5 12M17.5 12C16.67 12 16 11.33 16 10.5S16.67 9 17.5 9 19 9.67 19 10.5 18.33 12 17.5 12M5 7L6.5 2.5H17.5L19 7H5M7 20H11V18L17 21H13V23L7 20Z";var H2="M12 2C6.5 2 2 6.5 2 12S6.5 22 12 22 22 17.5 22 12 17.5 2 12 2M12 20C7.59 20 4 16.41 4 12S7.59 4 12 4 20 7.59 20 12 16.41 20 12 20M16.59 7.58L10 14.17L7.41 11.59L6 13L10 17L18 9L16.59 7.58Z";var V2="M12,20A8,8 0 0,0 20,12A8,8 0 0,0 12,4A8,8 0 0,0 4,12A8,8 0 0,0 12,20M12,2A10,10 0 0,1 22,12A10,10 0 0,1 12,22C6.47,22 2,17.5 2,12A10,10 0 0,1 12,2M12.5,7V12.25L17,14.92L16.25,16.15L11,13V7H12.5Z";var L2="M19,6.41L17.59,5L12,10.59L6.41,5L5,6.41L10.59,12L5,17.59L6.41,19L12,13.41L17.59,19L19,17.59L13.41,12L19,6.41Z";var M2="M5,20H19V18H5M19,9H15V3H9V9H5L12,16L19,9Z";var r2="M17.3 5C19 6.5 20 8.6 20 11C20 15.4 16.4 19 12 19S4 15.4 4 11C4 8.6 5.1 6.5 6.7 5H17.3M18 3H6L5.4 3.5C3.2 5.4 2 8.1 2 11C2 16.5 6.5 21 12 21S22 16.5 22 11C22 8.1 20.8 5.4 18.6 3.5L18 3M13 7.5C13 8.3 13.7 9 14.5 9S16 8.3 16 7.5 15.3 6 14.5 6 13 6.7 13 7.5M8 7.5C8 8.3 8.7 9 9.5 9S11 8.3 11 7.5 10.3 6 9.5 6 8 6.7 8 7.5M7 13C8.1 13 9 12.1 9 11C9 9.9 8.1 9 7 9S5 9.9 5 11C5 12.1 5.9 13 7 13M11.5 15C11.5 13.9 10.6 13 9.5 13S7.5 13.9 7.5 15C7.5 16.1 8.4 17 9.5 17S11.5 16.1 11.5 15M12 13C13.1 13 14 12.1 14 11C14 9.9 13.1 9 12 9S10 9.9 10 11C10 12.1 10.9 13 12 13M16.5 15C16.5 13.9 15.6 13 14.5 13S12.5 13.9 12.5 15C12.5 16.1 13.4 17 14.5 17S16.5 16.1 16.5 15M19 11C19 9.9 18.1 9 17 9S15 9.9 15 11C15 12.1 15.9 13 17 13S19 12.1 19 11",e2="M19.77,7.23L19.78,7.22L16.06,3.5L15,4.56L17.11,6.67C16.17,7.03 15.5,7.93 15.5,9A2.5,2.5 0 0,0 18,11.5C18.36,11.5 18.69,11.42 19,11.29V18.5A1,1 0 0,1 18,19.5A1,1 0 0,1 17,18.5V14A2,2 0 0,0 15,12H14V5A2,2 0 0,0 12,3H6A2,2 0 0,0 4,5V21H14V13.5H15.5V18.5A2.5,2.5 0 0,0 18,21A2.5,2.5 0 0,0 20.5,18.5V9C20.5,8.31 20.22,7.68 19.77,7.23M18,10A1,1 0 0,1 17,9A1,1 0 0,1 18,8A1,1 0 0,1 19,9A1,1 0 0,1 18,10M8,18V13.5H6L10,6V11H12L8,18Z";var t2="M13 24C9.74 24 6.81 22 5.6 19L2.57 11.37C2.26 10.58 3 9.79 3.81 10.05L4.6 10.31C5.16 10.5 5.62 10.92 5.84 11.47L7.25 15H8V3.25C8 2.56 8.56 2 9.25 2S10.5 2.56 10.5 3.25V12H11.5V1.25C11.5 .56 12.06 0 12.75 0S14 .56 14 1.25V12H15V2.75C15 2.06 15.56 1.5 16.25 1.5C16.94 1.5 17.5 2.06 17.5 2.75V12H18.5V5.75C18.5 5.06 19.06 4.5 19.75 4.5S21 5.06 21 5.75V16C21 20.42 17.42 24 13 24Z";var i2="M12 3L2 12H5V20H19V12H22L12 3M11.5 18V14H9L12.5 7V11H15L11.5 18Z";var o2="M11 15H6L13 1V9H18L11 23V15Z";var A2="M8,5.14V19.14L19,12.14L8,5.14Z";var a2="M16.56,5.44L15.11,6.89C16.84,7.94 18,9.83 18,12A6,6 0 0,1 12,18A6,6 0 0,1 6,12C6,9.83 7.16,7.94 8.88,6.88L7.44,5.44C5.36,6.88 4,9.28 4,12A8,8 0 0,0 12,20A8,8 0 0,0 20,12C20,9.28 18.64,6.88 16.56,5.44M13,3H11V13H13";var d2="M18,18H6V6H18V18Z";var p2="M8.28,5.45L6.5,4.55L7.76,2H16.23L17.5,4.55L15.72,5.44L15,4H9L8.28,5.45M18.62,8H14.09L13.3,5H10.7L9.91,8H5.38L4.1,10.55L5.89,11.44L6.62,10H17.38L18.1,11.45L19.89,10.56L18.62,8M17.77,22H15.7L15.46,21.1L12,15.9L8.53,21.1L8.3,22H6.23L9.12,11H11.19L10.83,12.35L12,14.1L13.16,12.35L12.81,11H14.88L17.77,22M11.4,15L10.5,13.65L9.32,18.13L11.4,15M14.68,18.12L13.5,13.64L12.6,15L14.68,18.12Z",m2="M5.18 5.45L3.4 4.55L4.66 2H13.13L14.4 4.55L12.62 5.44L11.9 4H5.9L5.18 5.45M15.5 8H11L10.2 5H7.6L6.81 8H2.28L1 10.55L2.79 11.44L3.5 10H14.28L15 11.45L16.79 10.56L15.5 8M14.67 22H12.6L12.36 21.1L8.9 15.9L5.43 21.1L5.2 22H3.13L6 11H8.09L7.73 12.35L8.9 14.1L10.06 12.35L9.71 11H11.78L14.67 22M8.3 15L7.4 13.65L6.22 18.13L8.3 15M11.58 18.12L10.4 13.64L9.5 15L11.58 18.12M23 16L19 12V15H15V17H19V20L23 16Z";var n2="M12.74,5.47C15.1,6.5 16.35,9.03 15.92,11.46C17.19,12.56 18,14.19 18,16V16.17C18.31,16.06 18.65,16 19,16A3,3 0 0,1 22,19A3,3 0 0,1 19,22H6A4,4 0 0,1 2,18A4,4 0 0,1 6,14H6.27C5,12.45 4.6,10.24 5.5,8.26C6.72,5.5 9.97,4.24 12.74,5.47M11.93,7.3C10.16,6.5 8.09,7.31 7.31,9.07C6.85,10.09 6.93,11.22 7.41,12.13C8.5,10.83 10.16,10 12,10C12.7,10 13.38,10.12 14,10.34C13.94,9.06 13.18,7.86 11.93,7.3M13.55,3.64C13,3.4 12.45,3.23 11.88,3.12L14.37,1.82L15.27,4.71C14.76,4.29 14.19,3.93 13.55,3.64M6.09,4.44C5.6,4.79 5.17,5.19 4.8,5.63L4.91,2.82L7.87,3.5C7.25,3.71 6.65,4.03 6.09,4.44M18,9.71C17.91,9.12 17.78,8.55 17.59,8L19.97,9.5L17.92,11.73C18.03,11.08 18.05,10.4 18,9.71M3.04,11.3C3.11,11.9 3.24,12.47 3.43,13L1.06,11.5L3.1,9.28C3,9.93 2.97,10.61 3.04,11.3M19,18H16V16A4,4 0 0,0 12,12A4,4 0 0,0 8,16H6A2,2 0 0,0 4,18A2,2 0 0,0 6,20H19A1,1 0 0,0 20,19A1,1 0 0,0 19,18Z";var l1="M3.55 19.09L4.96 20.5L6.76 18.71L5.34 17.29M12 6C8.69 6 6 8.69 6 12S8.69 18 12 18 18 15.31 18 12C18 8.68 15.31 6 12 6M20 13H23V11H20M17.24 18.71L19.04 20.5L20.45 19.09L18.66 17.29M20.45 5L19.04 3.6L17.24 5.39L18.66 6.81M13 1H11V4H13M6.76 5.39L4.96 3.6L3.55 5L5.34 6.81L6.76 5.39M1 13H4V11H1M13 20H11V23H13";var x1=globalThis,Z1=x1.ShadowRoot&&(x1.ShadyCSS===void 0||x1.ShadyCSS.nativeShadow)&&"adoptedStyleSheets"in Document.prototype&&"replace"in CSSStyleSheet.prototype,T1=Symbol(),v2=new WeakMap,H1=class{constructor(H,C,V){if(this._$cssResult$=!0,V!==T1)throw Error("CSSResult is not constructable. Use `unsafeCSS` or `css` instead.");this.cssText=H,this.t=C}get styleSheet(){let H=this.o,C=this.t;if(Z1&&H===void 0){let V=C!==void 0&&C.length===1;V&&(H=v2.get(C)),H===void 0&&((this.o=H=new CSSStyleSheet).replaceSync(this.cssText),V&&v2.set(C,H))}return H}toString(){return this.cssText}},l2=M=>new H1(typeof M=="string"?M:M+"",void 0,T1),u=(M,...H)=>{let C=M.length===1?M[0]:H.reduce((V,L,r)=>V+(e=>{if(e._$cssResult$===!0)return e.cssText;if(typeof e=="number")return e;throw Error("Value passed to 'css' function must be a 'css' function result: "+e+". Use 'unsafeCSS' to pass non-literal values, but take care to ensure page security.")})(L)+M[r+1],M[0]);return new H1(C,M,T1)},x2=(M,H)=>{if(Z1)M.adoptedStyleSheets=H.map(C=>C instanceof CSSStyleSheet?C:C.styleSheet);else for(let C of H){let V=document.createElement("style"),L=x1.litNonce;L!==void 0&&V.setAttribute("nonce",L),V.textContent=C.cssText,M.appendChild(V)}},R1=Z1?M=>M:M=>M instanceof CSSStyleSheet?(H=>{let C="";for(let V of H.cssRules)C+=V.cssText;return l2(C)})(M):M;var{is:i5,defineProperty:o5,getOwnPropertyDescriptor:A5,getOwnPropertyNames:a5,getOwnPropertySymbols:d5,getPrototypeOf:p5}=Object,s1=globalThis,Z2=s1.trustedTypes,m5=Z2?Z2.emptyScript:"",n5=s1.reactiveElementPolyfillSupport,V1=(M,H)=>M,L1={toAttribute(M,H){switch(H){case Boolean:M=M?m5:null;break;case Object:case Array:M=M==null?M:JSON.stringify(M)}return M},fromAttribute(M,H){let C=M;switch(H){case Boolean:C=M!==null;break;case Number:C=M===null?null:Number(M);break;case Object:case Array:try{C=JSON.parse(M)}catch{C=null}}return C}},u1=(M,H)=>!i5(M,H),s2={attribute:!0,type:String,converter:L1,reflect:!1,useDefault:!1,hasChanged:u1};Symbol.metadata??=Symbol("metadata"),s1.litPropertyMetadata??=new WeakMap;var y=class extends HTMLElement{static addInitializer(H){this._$Ei(),(this.l??=[]).push(H)}static get observedAttributes(){return this.finalize(),this._$Eh&&[...this._$Eh.keys()]}static createProperty(H,C=s2){if(C.state&&(C.attribute=!1),this._$Ei(),this.prototype.hasOwnProperty(H)&&((C=Object.create(C)).wrapped=!0),this.elementProperties.set(H,C),!C.noAccessor){let V=Symbol(),L=this.getPropertyDescriptor(H,V,C);L!==void 0&&o5(this.prototype,H,L)}}static getPropertyDescriptor(H,C,V){let{get:L,set:r}=A5(this.prototype,H)??{get(){return this[C]},set(e){this[C]=e}};return{get:L,set(e){let i=L?.call(this);r?.call(this,e),this.requestUpdate(H,i,V)},configurable:!0,enumerable:!0}}static getPropertyOptions(H){return this.elementProperties.get(H)??s2}static _$Ei(){if(this.hasOwnProperty(V1("elementProperties")))return;let H=p5(this);H.finalize(),H.l!==void 0&&(this.l=[...H.l]),this.elementProperties=new Map(H.elementProperties)}static finalize(){if(this.hasOwnProperty(V1("finalized")))return;if(this.finalized=!0,this._$Ei(),this.hasOwnProperty(V1("properties"))){let C=this.properties,V=[...a5(C),...d5(C)];for(let L of V)this.createProperty(L,C[L])}let H=this[Symbol.metadata];if(H!==null){let C=litPropertyMetadata.get(H);if(C!==void 0)for(let[V,L]of C)this.elementProperties.set(V,L)}this._$Eh=new Map;for(let[C,V]of this.elementProperties){let L=this._$Eu(C,V);L!==void 0&&this._$Eh.set(L,C)}this.elementStyles=this.finalizeStyles(this.styles)}static finalizeStyles(H){let C=[];if(Array.isArray(H)){let V=new Set(H.flat(1/0).reverse());for(let L of V)C.unshift(R1(L))}else H!==void 0&&C.push(R1(H));return C}static _$Eu(H,C){let V=C.attribute;return V===!1?void 0:typeof V=="string"?V:typeof H=="string"?H.toLowerCase():void 0}constructor(){super(),this._$Ep=void 0,this.isUpdatePending=!1,this.hasUpdated=!1,this._$Em=null,this._$Ev()}_$Ev(){this._$ES=new Promise(H=>this.enableUpdating=H),this._$AL=new Map,this._$E_(),this.requestUpdate(),this.constructor.l?.forEach(H=>H(this))}addController(H){(this._$EO??=new Set).add(H),this.renderRoot!==void 0&&this.isConnected&&H.hostConnected?.()}removeController(H){this._$EO?.delete(H)}_$E_(){let H=new Map,C=this.constructor.elementProperties;for(let V of C.keys())this.hasOwnProperty(V)&&(H.set(V,this[V]),delete this[V]);H.size>0&&(this._$Ep=H)}createRenderRoot(){let H=this.shadowRoot??this.attachShadow(this.constructor.shadowRootOptions);return x2(H,this.constructor.elementStyles),H}connectedCallback(){this.renderRoot??=this.createRenderRoot(),this.enableUpdating(!0),this._$EO?.forEach(H=>H.hostConnected?.())}enableUpdating(H){}disconnectedCallback(){this._$EO?.forEach(H=>H.hostDisconnected?.())}attributeChangedCallback(H,C,V){this._$AK(H,V)}_$ET(H,C){let V=this.constructor.elementProperties.get(H),L=this.constructor._$Eu(H,V);if(L!==void 0&&V.reflect===!0){let r=(V.converter?.toAttribute!==void 0?V.converter:L1).toAttribute(C,V.type);this._$Em=H,r==null?this.removeAttribute(L):this.setAttribute(L,r),this._$Em=null}}_$AK(H,C){let V=this.constructor,L=V._$Eh.get(H);if(L!==void 0&&this._$Em!==L){let r=V.getPropertyOptions(L),e=typeof r.converter=="function"?{fromAttribute:r.converter}:r.converter?.fromAttribute!==void 0?r.converter:L1;this._$Em=L;let i=e.fromAttribute(C,r.type);this[L]=i??this._$Ej?.get(L)??i,this._$Em=null}}requestUpdate(H,C,V,L=!1,r){if(H!==void 0){let e=this.constructor;if(L===!1&&(r=this[H]),V??=e.getPropertyOptions(H),!((V.hasChanged??u1)(r,C)||V.useDefault&&V.reflect&&r===this._$Ej?.get(H)&&!this.hasAttribute(e._$Eu(H,V))))return;this.C(H,C,V)}this.isUpdatePending===!1&&(this._$ES=this._$EP())}C(H,C,{useDefault:V,reflect:L,wrapped:r},e){V&&!(this._$Ej??=new Map).has(H)&&(this._$Ej.set(H,e??C??this[H]),r!==!0||e!==void 0)||(this._$AL.has(H)||(this.hasUpdated||V||(C=void 0),this._$AL.set(H,C)),L===!0&&this._$Em!==H&&(this._$Eq??=new Set).add(H))}async _$EP(){this.isUpdatePending=!0;try{await this._$ES}catch(C){Promise.reject(C)}let H=this.scheduleUpdate();return H!=null&&await H,!this.isUpdatePending}scheduleUpdate(){return this.performUpdate()}performUpdate(){if(!this.isUpdatePending)return;if(!this.hasUpdated){if(this.renderRoot??=this.createRenderRoot(),this._$Ep){for(let[L,r]of this._$Ep)this[L]=r;this._$Ep=void 0}let V=this.constructor.elementProperties;if(V.size>0)for(let[L,r]of V){let{wrapped:e}=r,i=this[L];e!==!0||this._$AL.has(L)||i===void 0||this.C(L,void 0,r,i)}}let H=!1,C=this._$AL;try{H=this.shouldUpdate(C),H?(this.willUpdate(C),this._$EO?.forEach(V=>V.hostUpdate?.()),this.update(C)):this._$EM()}catch(V){throw H=!1,this._$EM(),V}H&&this._$AE(C)}willUpdate(H){}_$AE(H){this._$EO?.forEach(C=>C.hostUpdated?.()),this.hasUpdated||(this.hasUpdated=!0,this.firstUpdated(H)),this.updated(H)}_$EM(){this._$AL=new Map,this.isUpdatePending=!1}get updateComplete(){return this.getUpdateComplete()}getUpdateComplete(){return this._$ES}shouldUpdate(H){return!0}update(H){this._$Eq&&=this._$Eq.forEach(C=>this._$ET(C,this[C])),this._$EM()}updated(H){}firstUpdated(H){}};y.elementStyles=[],y.shadowRootOptions={mode:"open"},y[V1("elementProperties")]=new Map,y[V1("finalized")]=new Map,n5?.({ReactiveElement:y}),(s1.reactiveElementVersions??=[]).push("2.1.2");var W1=globalThis,u2=M=>M,S1=W1.trustedTypes,S2=S1?S1.createPolicy("lit-html",{createHTML:M=>M}):void 0,k2="$lit$",B=`lit$${Math.random().toFixed(9).slice(2)}$`,w2="?"+B,v5=`<${w2}>`,N=document,r1=()=>N.createComment(""),e1=M=>M===null||typeof M!="object"&&typeof M!="function",I1=Array.isArray,l5=M=>I1(M)||typeof M?.[Symbol.iterator]=="function",F1=`[ 	
\f\r]`,M1=/<(?:(!--|\/[^a-zA-Z])|(\/?[a-zA-Z][^>\s]*)|(\/?$))/g,c2=/-->/g,h2=/>/g,_=RegExp(`>|${F1}(?:([^\\s"'>=/]+)(${F1}*=${F1}*(?:[^ 	
\f\r"'\`<>=]|("|')|))|$)`,"g"),O2=/'/g,g2=/"/g,y2=/^(?:script|style|textarea|title)$/i,U1=M=>(H,...C)=>({_$litType$:M,strings:H,values:C}),o=U1(1),S=U1(2),L3=U1(3),W=Symbol.for("lit-noChange"),A=Symbol.for("lit-nothing"),f2=new WeakMap,$=N.createTreeWalker(N,129);function b2(M,H){if(!I1(M)||!M.hasOwnProperty("raw"))throw Error("invalid template strings array");return S2!==void 0?S2.createHTML(H):H}var x5=(M,H)=>{let C=M.length-1,V=[],L,r=H===2?"<svg>":H===3?"<math>":"",e=M1;for(let i=0;i<C;i++){let t=M[i],d,n,p=-1,s=0;for(;s<t.length&&(e.lastIndex=s,n=e.exec(t),n!==null);)s=e.lastIndex,e===M1?n[1]==="!--"?e=c2:n[1]!==void 0?e=h2:n[2]!==void 0?(y2.test(n[2])&&(L=RegExp("</"+n[2],"g")),e=_):n[3]!==void 0&&(e=_):e===_?n[0]===">"?(e=L??M1,p=-1):n[1]===void 0?p=-2:(p=e.lastIndex-n[2].length,d=n[1],e=n[3]===void 0?_:n[3]==='"'?g2:O2):e===g2||e===O2?e=_:e===c2||e===h2?e=M1:(e=_,L=void 0);let m=e===_&&M[i+1].startsWith("/>")?" ":"";r+=e===M1?t+v5:p>=0?(V.push(d),t.slice(0,p)+k2+t.slice(p)+B+m):t+B+(p===-2?i:m)}return[b2(M,r+(M[C]||"<?>")+(H===2?"</svg>":H===3?"</math>":"")),V]},t1=class M{constructor({strings:H,_$litType$:C},V){let L;this.parts=[];let r=0,e=0,i=H.length-1,t=this.parts,[d,n]=x5(H,C);if(this.el=M.createElement(d,V),$.currentNode=this.el.content,C===2||C===3){let p=this.el.content.firstChild;p.replaceWith(...p.childNodes)}for(;(L=$.nextNode())!==null&&t.length<i;){if(L.nodeType===1){if(L.hasAttributes())for(let p of L.getAttributeNames())if(p.endsWith(k2)){let s=n[e++],m=L.getAttribute(p).split(B),x=/([.?@])?(.*)/.exec(s);t.push({type:1,index:r,name:x[2],strings:m,ctor:x[1]==="."?E1:x[1]==="?"?_1:x[1]==="@"?$1:K}),L.removeAttribute(p)}else p.startsWith(B)&&(t.push({type:6,index:r}),L.removeAttribute(p));if(y2.test(L.tagName)){let p=L.textContent.split(B),s=p.length-1;if(s>0){L.textContent=S1?S1.emptyScript:"";for(let m=0;m<s;m++)L.append(p[m],r1()),$.nextNode(),t.push({type:2,index:++r});L.append(p[s],r1())}}}else if(L.nodeType===8)if(L.data===w2)t.push({type:2,index:r});else{let p=-1;for(;(p=L.data.indexOf(B,p+1))!==-1;)t.push({type:7,index:r}),p+=B.length-1}r++}}static createElement(H,C){let V=N.createElement("template");return V.innerHTML=H,V}};function q(M,H,C=M,V){if(H===W)return H;let L=V!==void 0?C._$Co?.[V]:C._$Cl,r=e1(H)?void 0:H._$litDirective$;return L?.constructor!==r&&(L?._$AO?.(!1),r===void 0?L=void 0:(L=new r(M),L._$AT(M,C,V)),V!==void 0?(C._$Co??=[])[V]=L:C._$Cl=L),L!==void 0&&(H=q(M,L._$AS(M,H.values),L,V)),H}var D1=class{constructor(H,C){this._$AV=[],this._$AN=void 0,this._$AD=H,this._$AM=C}get parentNode(){return this._$AM.parentNode}get _$AU(){return this._$AM._$AU}u(H){let{el:{content:C},parts:V}=this._$AD,L=(H?.creationScope??N).importNode(C,!0);$.currentNode=L;let r=$.nextNode(),e=0,i=0,t=V[0];for(;t!==void 0;){if(e===t.index){let d;t.type===2?d=new i1(r,r.nextSibling,this,H):t.type===1?d=new t.ctor(r,t.name,t.strings,this,H):t.type===6&&(d=new N1(r,this,H)),this._$AV.push(d),t=V[++i]}e!==t?.index&&(r=$.nextNode(),e++)}return $.currentNode=N,L}p(H){let C=0;for(let V of this._$AV)V!==void 0&&(V.strings!==void 0?(V._$AI(H,V,C),C+=V.strings.length-2):V._$AI(H[C])),C++}},i1=class M{get _$AU(){return this._$AM?._$AU??this._$Cv}constructor(H,C,V,L){this.type=2,this._$AH=A,this._$AN=void 0,this._$AA=H,this._$AB=C,this._$AM=V,this.options=L,this._$Cv=L?.isConnected??!0}get parentNode(){let H=this._$AA.parentNode,C=this._$AM;return C!==void 0&&H?.nodeType===11&&(H=C.parentNode),H}get startNode(){return this._$AA}get endNode(){return this._$AB}_$AI(H,C=this){H=q(this,H,C),e1(H)?H===A||H==null||H===""?(this._$AH!==A&&this._$AR(),this._$AH=A):H!==this._$AH&&H!==W&&this._(H):H._$litType$!==void 0?this.$(H):H.nodeType!==void 0?this.T(H):l5(H)?this.k(H):this._(H)}O(H){return this._$AA.parentNode.insertBefore(H,this._$AB)}T(H){this._$AH!==H&&(this._$AR(),this._$AH=this.O(H))}_(H){this._$AH!==A&&e1(this._$AH)?this._$AA.nextSibling.data=H:this.T(N.createTextNode(H)),this._$AH=H}$(H){let{values:C,_$litType$:V}=H,L=typeof V=="number"?this._$AC(H):(V.el===void 0&&(V.el=t1.createElement(b2(V.h,V.h[0]),this.options)),V);if(this._$AH?._$AD===L)this._$AH.p(C);else{let r=new D1(L,this),e=r.u(this.options);r.p(C),this.T(e),this._$AH=r}}_$AC(H){let C=f2.get(H.strings);return C===void 0&&f2.set(H.strings,C=new t1(H)),C}k(H){I1(this._$AH)||(this._$AH=[],this._$AR());let C=this._$AH,V,L=0;for(let r of H)L===C.length?C.push(V=new M(this.O(r1()),this.O(r1()),this,this.options)):V=C[L],V._$AI(r),L++;L<C.length&&(this._$AR(V&&V._$AB.nextSibling,L),C.length=L)}_$AR(H=this._$AA.nextSibling,C){for(this._$AP?.(!1,!0,C);H!==this._$AB;){let V=u2(H).nextSibling;u2(H).remove(),H=V}}setConnected(H){this._$AM===void 0&&(this._$Cv=H,this._$AP?.(H))}},K=class{get tagName(){return this.element.tagName}get _$AU(){return this._$AM._$AU}constructor(H,C,V,L,r){this.type=1,this._$AH=A,this._$AN=void 0,this.element=H,this.name=C,this._$AM=L,this.options=r,V.length>2||V[0]!==""||V[1]!==""?(this._$AH=Array(V.length-1).fill(new String),this.strings=V):this._$AH=A}_$AI(H,C=this,V,L){let r=this.strings,e=!1;if(r===void 0)H=q(this,H,C,0),e=!e1(H)||H!==this._$AH&&H!==W,e&&(this._$AH=H);else{let i=H,t,d;for(H=r[0],t=0;t<r.length-1;t++)d=q(this,i[V+t],C,t),d===W&&(d=this._$AH[t]),e||=!e1(d)||d!==this._$AH[t],d===A?H=A:H!==A&&(H+=(d??"")+r[t+1]),this._$AH[t]=d}e&&!L&&this.j(H)}j(H){H===A?this.element.removeAttribute(this.name):this.element.setAttribute(this.name,H??"")}},E1=class extends K{constructor(){super(...arguments),this.type=3}j(H){this.element[this.name]=H===A?void 0:H}},_1=class extends K{constructor(){super(...arguments),this.type=4}j(H){this.element.toggleAttribute(this.name,!!H&&H!==A)}},$1=class extends K{constructor(H,C,V,L,r){super(H,C,V,L,r),this.type=5}_$AI(H,C=this){if((H=q(this,H,C,0)??A)===W)return;let V=this._$AH,L=H===A&&V!==A||H.capture!==V.capture||H.once!==V.once||H.passive!==V.passive,r=H!==A&&(V===A||L);L&&this.element.removeEventListener(this.name,this,V),r&&this.element.addEventListener(this.name,this,H),this._$AH=H}handleEvent(H){typeof this._$AH=="function"?this._$AH.call(this.options?.host??this.element,H):this._$AH.handleEvent(H)}},N1=class{constructor(H,C,V){this.element=H,this.type=6,this._$AN=void 0,this._$AM=C,this.options=V}get _$AU(){return this._$AM._$AU}_$AI(H){q(this,H)}};var Z5=W1.litHtmlPolyfillSupport;Z5?.(t1,i1),(W1.litHtmlVersions??=[]).push("3.3.3");var B2=(M,H,C)=>{let V=C?.renderBefore??H,L=V._$litPart$;if(L===void 0){let r=C?.renderBefore??null;V._$litPart$=L=new i1(H.insertBefore(r1(),r),r,void 0,C??{})}return L._$AI(M),L};var G1=globalThis,c=class extends y{constructor(){super(...arguments),this.renderOptions={host:this},this._$Do=void 0}createRenderRoot(){let H=super.createRenderRoot();return this.renderOptions.renderBefore??=H.firstChild,H}update(H){let C=this.render();this.hasUpdated||(this.renderOptions.isConnected=this.isConnected),super.update(H),this._$Do=B2(C,this.renderRoot,this.renderOptions)}connectedCallback(){super.connectedCallback(),this._$Do?.setConnected(!0)}disconnectedCallback(){super.disconnectedCallback(),this._$Do?.setConnected(!1)}render(){return W}};c._$litElement$=!0,c.finalized=!0,G1.litElementHydrateSupport?.({LitElement:c});var s5=G1.litElementPolyfillSupport;s5?.({LitElement:c});(G1.litElementVersions??=[]).push("4.2.2");var u5={attribute:!0,type:String,converter:L1,reflect:!1,hasChanged:u1},S5=(M=u5,H,C)=>{let{kind:V,metadata:L}=C,r=globalThis.litPropertyMetadata.get(L);if(r===void 0&&globalThis.litPropertyMetadata.set(L,r=new Map),V==="setter"&&((M=Object.create(M)).wrapped=!0),r.set(C.name,M),V==="accessor"){let{name:e}=C;return{set(i){let t=H.get.call(this);H.set.call(this,i),this.requestUpdate(e,t,M,!0,i)},init(i){return i!==void 0&&this.C(e,void 0,M,i),i}}}if(V==="setter"){let{name:e}=C;return function(i){let t=this[e];H.call(this,i),this.requestUpdate(e,t,M,!0,i)}}throw Error("Unsupported decorator location: "+V)};function k(M){return(H,C)=>typeof C=="object"?S5(M,H,C):((V,L,r)=>{let e=L.hasOwnProperty(r);return L.constructor.createProperty(r,V),e?Object.getOwnPropertyDescriptor(L,r):void 0})(M,H,C)}function Z(M){return k({...M,state:!0,attribute:!1})}var h1={cards:{charger:{name:"OCPP charger",description:"One charger: why it charges or waits, its mode, its session."},site:{name:"OCPP energy flow",description:"Sun, house, battery, grid and cars, and what the cars share."},plan:{name:"OCPP charging plan",description:"Prices, planned charging times, departure and cost."},sessions:{name:"OCPP sessions",description:"Sessions and months by vehicle, tag and charger, with origin and cost."},dashboard:{name:"Charging",description:"A whole page for your chargers, built from what there is."}},origin:{sun:"Sun",battery:"Battery",grid:"Grid"},common:{house:"House",connector:"{charger} {connector}",waiting:"Waiting for the integration …",no_charger:"This charger is not set up, or you may not see it.",choose:"Choose a charger in the settings of this card."},reason:{waiting_for_sun:["Waiting for the sun: {available} of {needed}"],left_at_grid:["The surplus is left at the grid: {available} of {needed} for the car"],battery_first:["The home battery comes first: {available} of {needed} left for the car"],others_first:["Other chargers come first: {available} of {needed} left for this car"],waiting_for_cheap_price:["Starts at {start} for {price}, ready at {ready}","Starts at {start}, ready at {ready}","Starts at {start} for {price}","Starts at {start}"],planned:["Charging as planned for {price}, ready at {ready}","Charging as planned, ready at {ready}"],cheap_price:["Charging at a low price: {price}"],not_reachable_in_time:["Charging, but the car will not be ready before {ready}"]},charger:{mode:"Charging mode",start:"Start charging",stop:"Stop charging",session:"Session",last_session:"Last session",no_session:"No session yet",cost:"{cost} · {savings} saved",cost_only:"{cost}",origin:"Origin of the energy: {parts}",maximum:"Maximum current",current_on_phases:"{current} × {phases}"},site:{title:"Energy flow",surplus:"{power} for cars",no_surplus:"No surplus",from:"Sources",to:"Consumers",export:"Export",charging:"Battery",no_meters:"The meters of your house have not been set up, or are silent.",flow:"{source} gives {power} to {consumer}",nothing_flows:"Nothing flows at present.",chargers:"Chargers"},plan:{title:"Plan",departure:"Departure",energy:"Energy",target:"Charge to",clear:"Remove the departure",ready:"Ready at {ready}",ready_for:"Ready at {ready} for {cost}",at_risk:"{missing} will be missing at {departure}; ready at {ready}",fulfilled:"The car has what it needs",no_goal:"Set a departure and the energy you need; the cheapest hours are found.",other_mode:"This mode does not plan. Choose one with a plan to use prices and departures.",waiting_for_car:"The plan begins once the car is plugged in.",no_prices:"No prices are known: the plan uses the sun, then the grid.",done:"{done} of {total}",progress:"Charged for this departure",chart:"Prices and planned charging from {from} to {to}",slot:"{from} to {to}: {power} from {source}",slot_price:"{from} to {to}: {power} from {source} at {price}",at_price:"{time}: {price}",at_price_planned:"{time}: {price} · charging with {power}",source:{sun:"the sun",top_up:"sun and grid",cheap:"cheap grid power",grid:"the grid"},legend:{from_sun:"From the sun",from_grid:"From the grid",sun:"Forecast"}},sessions:{title:"Sessions",list:"Sessions",months:"Months",by:"Group by",all:"All",vehicles:"Vehicle",tags:"Tag",chargers:"Charger",period:"Period",period_month:"This month",period_year:"This year",period_all:"Everything",download:"Download as CSV",when:"When",energy:"Energy",origin:"Origin",cost:"Cost",saved:"Saved",running:"running",minutes:"{minutes} min",hours:"{hours} h {minutes} min",none:"No sessions in this period.",refused:"You may not see the sessions.",sun:"{percent} sun",more:"The latest {shown} of {count} sessions; the table has all of them.",count:"{count} sessions"},editor:{entity:"Charger (its charging mode)",name:"Name",title:"Title",show_session:"Show the session",show_maximum:"Show the maximum current",show_departure:"Show departure and energy",show_chargers:"Show the chargers with their reasons",limit:"Number of sessions"}};var O1=new Map([["en",h1]]),P2=new Map;function R2(M){let[H="en"]=M.split("-");return a.includes(M)?M:a.includes(H)?H:"en"}function P(M){let H=R2(M);if(O1.has(H))return;let C=new URL(`translations/${H}.json${new URL(import.meta.url).search}`,import.meta.url),V=P2.get(H)??fetch(C).then(L=>L.json()).then(L=>{O1.set(H,L)}).catch(()=>{O1.set(H,h1)});return P2.set(H,V),V}function T2(M,H){let C=M;for(let V of H.split(".")){if(C===void 0||typeof C=="string"||Array.isArray(C))return;C=C[V]}return typeof C=="string"||Array.isArray(C)?C:void 0}function h5(M,H){let C=!0,V=M.replace(/\{(\w+)\}/g,(L,r)=>{let e=H[r];return e===void 0&&(C=!1),String(e)});return C?V:void 0}function l(M,H,C={}){let V=T2(O1.get(R2(M)),H)??T2(h1,H);for(let L of V===void 0?[]:[V].flat()){let r=h5(L,C);if(r!==void 0)return r}}function F2(M,H){return H===void 0?M.connectors.length===1?M.connectors[0]:void 0:M.connectors.find(C=>Object.values(C.entities).includes(H))}function I(M,H){let{charger:C,connector:V}=H;return V===null?C:l(M.language,"common.connector",{charger:C,connector:V})??C}var j=M=>M.entities.charging_mode??Object.values(M.entities)[0];function o1(M,H){let C=M.entities[H];return H.startsWith("select.")&&C?.platform==="ocpp"&&C.translation_key==="charging_mode"}var g1=M=>Object.keys(M.entities).find(H=>o1(M,H));var h=u`
  :host {
    display: block;
    height: 100%;
    --sun: var(--energy-solar-color);
    --battery: var(--energy-battery-out-color);
    --grid: var(--energy-grid-consumption-color);
    --quiet: color-mix(in srgb, var(--primary-text-color) 10%, transparent);
    --chosen: color-mix(in srgb, var(--primary-color) 22%, transparent);
  }
  ha-card {
    box-sizing: border-box;
    height: 100%;
    padding: 16px;
    display: flex;
    flex-direction: column;
    gap: 16px;
    color: var(--primary-text-color);
    container-type: inline-size;
  }
  h2 {
    margin: 0;
    font-size: var(--ha-font-size-l, 16px);
    font-weight: var(--ha-font-weight-medium, 500);
    line-height: 1.3;
  }
  p {
    margin: 0;
  }
  svg.icon {
    width: 24px;
    height: 24px;
    flex: none;
    fill: currentColor;
  }
  .quiet {
    color: var(--secondary-text-color);
  }
  .small {
    font-size: var(--ha-font-size-s, 12px);
  }
  .row {
    display: flex;
    align-items: center;
    gap: 12px;
    min-width: 0;
  }
  .grow {
    flex: 1;
    min-width: 0;
  }
  .number {
    font-variant-numeric: tabular-nums;
    white-space: nowrap;
  }
  .message {
    min-height: 48px;
    display: flex;
    align-items: center;
    color: var(--secondary-text-color);
  }
  button {
    font: inherit;
    color: inherit;
    background: none;
    border: none;
    padding: 0;
    cursor: pointer;
    text-align: inherit;
    -webkit-tap-highlight-color: transparent;
  }
  :is(button, input, select, [tabindex]):focus-visible {
    outline: 2px solid var(--primary-color);
    outline-offset: 2px;
  }
  .chip {
    min-height: 40px;
    padding: 0 16px;
    border-radius: 20px;
    background: var(--quiet);
    display: inline-flex;
    align-items: center;
    gap: 8px;
    font-weight: 500;
    white-space: nowrap;
  }
  .chip[aria-pressed="true"] {
    background: var(--chosen);
  }
  button:disabled {
    opacity: 0.5;
    cursor: default;
  }
  input,
  select {
    box-sizing: border-box;
    font: inherit;
    color: inherit;
    min-height: 40px;
    padding: 0 12px;
    border: 1px solid var(--outline-color, var(--divider-color));
    border-radius: 10px;
    background: transparent;
    color-scheme: var(--card-color-scheme, light dark);
    min-width: 0;
    width: 100%;
  }
  select option {
    background: var(--card-background-color);
    color: var(--primary-text-color);
  }
  .hidden {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  .bar {
    display: flex;
    height: 10px;
    border-radius: 5px;
    overflow: hidden;
    background: var(--quiet);
    gap: 1px;
  }
  .bar > span {
    transition: flex-grow 0.6s ease;
    flex: 0 1 0;
    min-width: 0;
  }
  .sun {
    background: var(--sun);
  }
  .battery {
    background: var(--battery);
  }
  .grid {
    background: var(--grid);
  }
  .legend {
    display: flex;
    flex-wrap: wrap;
    gap: 4px 16px;
  }
  .legend span::before {
    content: "";
    display: inline-block;
    width: 8px;
    height: 8px;
    border-radius: 4px;
    margin-inline-end: 6px;
    background: var(--dot);
  }
  @media (prefers-reduced-motion: reduce) {
    *,
    *::before {
      transition: none !important;
      animation: none !important;
    }
  }
`;var w=class extends c{static{this.styles=[h]}setConfig(H){this.config=H}getCardSize(){return 6}getGridOptions(){return{columns:12,min_columns:6,rows:"auto"}}get watched(){return[]}shouldUpdate(H){let C=H.get("hass");if(H.size>1||!H.has("hass")||!C||!this.hass)return!0;let V=this.hass;return C.locale!==V.locale||C.localize!==V.localize||C.connection!==V.connection||this.watched.some(L=>C.states[L]!==V.states[L])}willUpdate(){this.hass&&P(this.hass.language)?.then(()=>this.requestUpdate())}text(H,C={}){return this.maybeText(H,C)??H}maybeText(H,C={}){return l(this.hass?.language??"en",H,C)}entity(H){return H===void 0?void 0:this.hass?.states[H]}message(H){return o`<ha-card><div class="message">${H}</div></ha-card>`}icon(H){return o`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">${S`<path d=${H} />`}</svg>`}originBar(H,C){let V=H.reduce((L,{amount:r})=>L+r,0);return o`<div class="bar" role="img" aria-label=${C}>
      ${H.map(({kind:L,amount:r})=>r>0?o`<span class=${L} style="flex-grow:${Math.round(1e3*r/V)}"></span>`:A)}
    </div>`}};v([k({attribute:!1})],w.prototype,"hass",2),v([Z()],w.prototype,"config",2);var Q1=class{constructor(H,C){this.connection=H;this.request=C;this.listeners=new Set;this.attempt=0;this.subscribe=()=>{let H=++this.attempt;window.clearTimeout(this.timer),this.stop=void 0;let C=V=>{H===this.attempt&&this.tell(V)};this.connection.subscribeMessage(C,this.request,{resubscribe:!1}).then(V=>{H===this.attempt?this.stop=V:V().catch(()=>{})},()=>{H===this.attempt&&(this.timer=window.setTimeout(this.subscribe,5e3))})};H.addEventListener("ready",this.subscribe),this.subscribe()}add(H){this.listeners.add(H),this.latest!==void 0&&H(this.latest)}remove(H){return this.listeners.delete(H),this.listeners.size>0?!1:(this.attempt++,window.clearTimeout(this.timer),this.connection.removeEventListener("ready",this.subscribe),this.stop?.().catch(()=>{}),!0)}tell(H){this.latest=H;for(let C of[...this.listeners])C(H)}},D2=new WeakMap;function E2(M,H,C){let V=JSON.stringify(H),L=D2.get(M)??new Map;D2.set(M,L);let r=L.get(V)??new Q1(M,H);return L.set(V,r),r.add(C),()=>{r.remove(C)&&L.delete(V)}}function _2(M,H){return new Promise(C=>{let V,L=!1;V=E2(M,H,r=>{L=!0,V?.(),C(r)}),L&&V()})}var T=class{constructor(H){this.host=H;H.addController(this)}follow(H,C){let V=H&&C?JSON.stringify(C):void 0;V!==this.followed&&(this.hostDisconnected(),this.value=void 0,!(!H||!C)&&(this.followed=V,this.stop=E2(H,C,L=>{this.value=L,this.host.requestUpdate()})))}hostDisconnected(){this.stop?.(),this.stop=void 0,this.followed=void 0}};var X=class extends w{constructor(){super(...arguments);this.site=new T(this)}get connector(){return this.site.value&&F2(this.site.value,this.config?.entity)}get watched(){return Object.values(this.connector?.entities??{})}render(){if(!this.hass||!this.config)return A;this.site.follow(this.hass.connection,{type:"ocpp/site"});let C=this.site.value;if(!C?.available)return this.message(this.text("common.waiting"));let V=this.connector;return V?this.show(V,C):this.message(this.text(this.config.entity?"common.no_charger":"common.choose"))}};var O5={entity:{entity:{filter:[{integration:"ocpp",domain:"select"}]}},name:{text:{}},title:{text:{}},limit:{number:{min:1,max:500,mode:"box"}}},$2={type:"",show_session:!0,show_maximum:!0,show_departure:!0,show_chargers:!0,limit:20},U=class extends c{constructor(){super(...arguments);this.fields=[]}setConfig(C){this.config=C}render(){if(!this.hass||!this.config)return A;let C=this.fields.map(V=>({name:V,selector:O5[V]??{boolean:{}}}));return o`<ha-form
      .hass=${this.hass}
      .data=${{...$2,...this.config}}
      .schema=${C}
      .computeLabel=${({name:V})=>l(this.hass.language,`editor.${V}`)??V}
      @value-changed=${this.changed}
    ></ha-form>`}changed(C){C.stopPropagation();let V=Object.entries({...this.config,...C.detail.value}),L=Object.fromEntries(V.filter(([r,e])=>r==="type"||e!==""&&e!==void 0&&e!==$2[r]));this.dispatchEvent(new CustomEvent("config-changed",{detail:{config:L},bubbles:!0,composed:!0}))}};v([k({attribute:!1})],U.prototype,"hass",2),v([k({attribute:!1})],U.prototype,"fields",2),v([Z()],U.prototype,"config",2);function R(M){let H=document.createElement("ocpp-card-editor");return H.fields=M,H}var g5={comma_decimal:"en-US",decimal_comma:"de",quote_decimal:"de-CH",space_comma:"fr"};function f5(M){return M.number_format==="language"?M.language:g5[M.number_format]}var N2=new Map;function I2(M,H){let C=f5(M.locale),V=JSON.stringify([C,H]),L=N2.get(V)??new Intl.NumberFormat(C,H);return N2.set(V,L),L}function g(M,H,C=0){return I2(M,{minimumFractionDigits:C,maximumFractionDigits:C}).format(H)}var f1=(M,H)=>`${g(M,H)} W`;function F(M,H){return Math.abs(H)<1e3?f1(M,H):`${g(M,H/1e3,1)} kW`}function f(M,H){return`${g(M,H,H<10?2:1)} kWh`}function z1(M,H){return`${g(M,H,Number.isInteger(H)?0:1)} A`}var J=(M,H)=>`${g(M,H)} %`;function D(M,H,C,V=2){try{return I2(M,{style:"currency",currency:C,minimumFractionDigits:V,maximumFractionDigits:V}).format(H)}catch{return`${g(M,H,V)} ${C}`}}function G(M,H,C){if(C===null)return`${g(M,H)} g CO₂/kWh`;let V=Math.abs(H*100-Math.round(H*100))>.001?3:2;return`${D(M,H,C,V)}/kWh`}function A1(M){return M.locale.time_zone==="server"?M.config.time_zone:void 0}function q1(M,H){let{time_format:C}=M.locale,V=C==="24"?"h23":C==="12"?"h12":void 0;return new Intl.DateTimeFormat(M.locale.language,{...H,...H.hour&&V?{hourCycle:V}:{},timeZone:A1(M)})}var W2=(M,H)=>new Intl.DateTimeFormat("en-CA",{timeZone:A1(M),dateStyle:"short"}).format(H);function O(M,H){let C=new Date(H*1e3),L=Math.abs(C.getTime()-Date.now())<16*36e5||W2(M,C)===W2(M,new Date)?{}:{weekday:"short"};return q1(M,{...L,hour:"2-digit",minute:"2-digit"}).format(C)}function U2(M,H){return q1(M,{hour:"numeric"}).format(H*1e3)}function G2(M,H){return q1(M,{day:"numeric",month:"short",hour:"2-digit",minute:"2-digit"}).format(H)}function Q2(M,H){let[C="",V=""]=H.split("-"),L=new Date(Number(C),Number(V)-1,15);return new Intl.DateTimeFormat(M.locale.language,{month:"long",year:"numeric"}).format(L)}function k1(M,H){if(H===void 0)return;let C={entityId:H};M.dispatchEvent(new CustomEvent("hass-more-info",{detail:C,bubbles:!0,composed:!0}))}function a1(M,H){return M===null?void 0:H(M)}function w1(M,H,C){let{reason:V,figures:L}=H;return V===null?"":l(M.language,`reason.${V}`,{available:a1(L.available_w,e=>f1(M,Math.max(0,e))),needed:a1(L.needed_w,e=>f1(M,e)),start:a1(L.starts_s,e=>O(M,e)),ready:a1(L.ready_s,e=>O(M,e)),price:a1(L.price_per_kwh,e=>G(M,e,C))})??K1(M,H)}function K1(M,{reason:H}){return H===null?"":M.localize(`component.ocpp.entity.sensor.reason.state.${H}`)}function z2(M){let{available_w:H,needed_w:C}=M.figures;if(!(H===null||C===null||C<=0))return Math.min(1,Math.max(0,H/C))}var k5=new Set(["offline","out_of_order","limit_refused","limit_ignored","car_asleep","no_meter","meter_silent","meters_doubted","not_reachable_in_time"]),w5=new Set(["fast","sun","topped_up","planned","cheap_price","soc_floor","keep_awake","starting"]),y5=new Set(["no_car","off","car_full","target_reached","hands_off"]);function d1(M){let H=M.reason??"";return k5.has(H)?"trouble":w5.has(H)||(M.power_w??0)>0?"charging":y5.has(H)?"idle":"waiting"}var q2={off:a2,pv_only:l1,pv_priority:n2,eco_plus:C2,fast:o2,manual:t2},b5=Object.keys(q2),B5=2e3,Y=class extends X{static{this.styles=[h,u`
      .badge {
        width: 44px;
        height: 44px;
        border-radius: 22px;
        display: grid;
        place-items: center;
        flex: none;
        background: var(--quiet);
        transition: background 0.4s;
      }
      .badge.charging {
        background: color-mix(in srgb, var(--success-color) 28%, transparent);
      }
      .badge.waiting {
        background: color-mix(in srgb, var(--sun) 28%, transparent);
      }
      .badge.trouble {
        background: color-mix(in srgb, var(--error-color) 24%, transparent);
      }
      .power {
        font-size: 28px;
        line-height: 1.1;
        font-weight: 500;
        text-align: end;
      }
      .power small {
        font-size: 16px;
        font-weight: 400;
      }
      .details {
        display: block;
        width: 100%;
        border-radius: 8px;
      }
      .reason {
        position: relative;
        min-height: 48px;
        border-radius: 12px;
        padding: 6px 14px;
        box-sizing: border-box;
        display: flex;
        align-items: center;
        background: var(--quiet);
        overflow: hidden;
        line-height: 1.3;
      }
      .reason.charging {
        background: color-mix(in srgb, var(--success-color) 16%, transparent);
      }
      .reason.trouble {
        background: color-mix(in srgb, var(--error-color) 16%, transparent);
      }
      .reason::before {
        content: "";
        position: absolute;
        inset: 0;
        transform-origin: left;
        transform: scaleX(var(--progress, 0));
        background: color-mix(in srgb, var(--sun) 26%, transparent);
        transition: transform 0.8s ease;
      }
      .reason:dir(rtl)::before {
        transform-origin: right;
      }
      .reason span {
        position: relative;
      }
      .modes {
        display: grid;
        grid-auto-flow: column;
        grid-auto-columns: minmax(0, 1fr);
        gap: 6px;
      }
      .modes button {
        min-height: 68px;
        padding: 8px 1px;
        border-radius: 14px;
        display: flex;
        flex-direction: column;
        align-items: center;
        justify-content: flex-start;
        gap: 4px;
        text-align: center;
        font-size: 12px;
        line-height: 1.2;
        background: var(--quiet);
        transition: background 0.2s;
        overflow-wrap: anywhere;
      }
      @container (max-width: 420px) {
        /* Words would break if six shared a row. */
        .modes:has(> :nth-child(6)) {
          grid-auto-flow: row;
          grid-template-columns: repeat(3, minmax(0, 1fr));
        }
      }
      .modes button:hover {
        background: color-mix(in srgb, var(--primary-text-color) 16%, transparent);
      }
      .modes button[aria-pressed="true"] {
        background: var(--chosen);
        box-shadow: inset 0 0 0 2px var(--primary-color);
        font-weight: 500;
      }
      .session {
        display: grid;
        gap: 8px;
        min-height: 62px;
        align-content: start;
      }
      .slider {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr) 48px;
        gap: 12px;
        align-items: center;
      }
      input[type="range"] {
        padding: 0;
        border: none;
        min-height: 32px;
        accent-color: var(--primary-color);
      }
      .slider .number {
        text-align: end;
      }
      .control {
        width: 100%;
        justify-content: center;
        min-height: 44px;
        border-radius: 22px;
      }
      .control.start {
        background: var(--chosen);
      }
    `]}static getStubConfig(H){return{type:"custom:ocpp-charger-card",entity:g1(H)}}static getConfigElement(){return R(["entity","name","show_session","show_maximum","show_departure"])}static suggestion(H,C){return o1(H,C)?{config:{type:"custom:ocpp-charger-card",entity:C}}:null}shows(H){return this.config?.[`show_${H}`]!==!1}show(H,C){let V=this.config?.name??I(this.hass,H);return o`<ha-card>
      ${this.head(V,H)} ${this.reason(H,C.currency)} ${this.modes(H)}
      ${this.shows("session")?this.session(H.session,C.currency):A}
      ${this.shows("maximum")?this.maximum(H):A}
      ${this.shows("departure")&&H.plans?o`<ocpp-goal .hass=${this.hass} .entities=${H.entities}></ocpp-goal>`:A}
      ${this.control(H)}
    </ha-card>`}head(H,C){let V=this.hass,L=d1(C),r=C.power_w;return o`<button
      type="button"
      class="details"
      @click=${()=>k1(this,C.entities.status??C.entities.charging_mode)}
    >
      <div class="row">
        <div class="badge ${L}">${this.icon(C.plugged_in?v1:e2)}</div>
        <div class="grow">
          <h2>${H}</h2>
          <div class="quiet">${this.subtitle(C)}</div>
        </div>
        <div class="power number">
          ${r===null?"–":o`${r<1e3?g(V,r):g(V,r/1e3,2)}
                <small>${r<1e3?"W":"kW"}</small>`}
          <div class="small quiet">${this.current(C)}</div>
        </div>
      </div>
    </button>`}subtitle(H){let C=this.hass,V=H.online?H.status&&C.localize(`component.ocpp.entity.sensor.status.state.${H.status}`):C.localize("component.ocpp.entity.sensor.reason.state.offline"),L=this.entity(H.entities.vehicle);return[V,H.plugged_in&&L&&L.state!=="unavailable"?C.formatEntityState(L):void 0,H.soc_percent===null?void 0:J(C,H.soc_percent)].filter(Boolean).join(" · ")}current(H){let{current_a:C,phases:V}=H;if(C===null||!H.power_w)return" ";let L=z1(this.hass,C);return V?this.text("charger.current_on_phases",{current:L,phases:V}):L}reason(H,C){let V=z2(H);return o`<div
      class="reason ${d1(H)}"
      style=${V===void 0?"":`--progress:${V.toFixed(3)}`}
    >
      <span>${w1(this.hass,H,C)}</span>
      <span class="hidden" role="status">${K1(this.hass,H)}</span>
    </div>`}modes(H){let C=this.entity(H.entities.charging_mode);if(!C)return A;this.wantedMode===C.state&&(this.wantedMode=void 0);let V=this.wantedMode??C.state,L=this.config?.modes,r=b5.filter(e=>C.attributes.options.includes(e)).filter(e=>e===V||(L?L.includes(e):e!=="manual"));return o`<div class="modes" role="group" aria-label=${this.text("charger.mode")}>
      ${r.map(e=>o`<button
          type="button"
          data-mode=${e}
          aria-pressed=${e===V?"true":"false"}
          @click=${()=>this.choose(C,e)}
        >
          ${this.icon(q2[e])}<span>${this.hass.formatEntityState(C,e)}</span>
        </button>`)}
    </div>`}async choose(H,C){this.wantedMode=C;try{await this.hass.callService("select","select_option",{entity_id:H.entity_id,option:C})}catch{this.wantedMode=void 0}}session(H,C){let V=this.hass;if(!H)return o`<div class="session quiet">
        <div class="row">${this.icon(r2)}<span>${this.text("charger.no_session")}</span></div>
        ${this.originBar([],this.text("charger.no_session"))}
      </div>`;let L=[{kind:"sun",amount:H.solar_kwh??0},{kind:"battery",amount:H.battery_kwh??0},{kind:"grid",amount:H.grid_kwh??0}],r=L.filter(({amount:t})=>t>0).map(({kind:t,amount:d})=>`${this.text(`origin.${t}`)} ${f(V,d)}`),e=H.cost===null?void 0:D(V,H.cost,C),i=H.savings===null?void 0:D(V,H.savings,C);return o`<div class="session">
      <div class="row">
        <div class="grow">
          <span class="quiet">${this.text(H.running?"charger.session":"charger.last_session")}</span>
          <b class="number">${H.energy_kwh===null?"":f(V,H.energy_kwh)}</b>
        </div>
        <span class="number">
          ${this.maybeText("charger.cost",{cost:e,savings:i})??this.maybeText("charger.cost_only",{cost:e})??""}
        </span>
      </div>
      ${this.originBar(L,this.text("charger.origin",{parts:r.join(", ")||"–"}))}
      <div class="legend small quiet" aria-hidden="true">
        ${L.map(({kind:t,amount:d})=>o`<span class="number" style="--dot:var(--${t})">
              ${this.text(`origin.${t}`)} ${g(V,d,d<10?2:1)}
            </span>`)}
      </div>
    </div>`}maximum(H){let C=this.entity(H.entities.maximum_current);if(!C||C.state==="unavailable")return A;let{min:V,max:L,step:r}=C.attributes,e=this.shownMaximum??Number(C.state),i=z1(this.hass,e);return o`<div class="slider">
      <label for="maximum" class="quiet">${this.text("charger.maximum")}</label>
      <input
        id="maximum"
        type="range"
        min=${V??0}
        max=${L??16}
        step=${r??1}
        .value=${String(e)}
        aria-valuetext=${i}
        @input=${t=>this.shownMaximum=Number(t.target.value)}
        @change=${()=>this.limit(C)}
      />
      <span class="number" aria-hidden="true">${i}</span>
    </div>`}async limit(H){let C=this.shownMaximum;try{await this.hass.callService("number","set_value",{entity_id:H.entity_id,value:C}),await new Promise(V=>setTimeout(V,B5))}finally{this.shownMaximum===C&&(this.shownMaximum=void 0)}}control(H){let C=this.entity(H.entities.charge_control);if(!C)return A;let V=C.state==="on",L=C.state==="unavailable"||!V&&!H.plugged_in;return o`<button
      type="button"
      class="chip control ${V?"stop":"start"}"
      ?disabled=${L}
      @click=${()=>{this.hass.callService("switch",V?"turn_off":"turn_on",{entity_id:C.entity_id})}}
    >
      ${this.icon(V?d2:A2)} ${this.text(V?"charger.stop":"charger.start")}
    </button>`}};v([Z()],Y.prototype,"wantedMode",2),v([Z()],Y.prototype,"shownMaximum",2);var p1="ocpp-charging";async function P5(M){await P(M.language),await M.callWS({type:"lovelace/dashboards/create",url_path:p1,title:l(M.language,"cards.dashboard.name")??p1,icon:"mdi:ev-station",show_in_sidebar:!0,require_admin:!1}),await M.callWS({type:"lovelace/config/save",url_path:p1,config:{strategy:{type:"custom:ocpp"}}})}async function T5(M){(await M.callWS({type:"lovelace/dashboards/list"})).some(({url_path:C})=>C===p1)||await P5(M),history.replaceState(null,"",`/${p1}`),window.dispatchEvent(new CustomEvent("location-changed",{detail:{replace:!0}}))}var y1=class extends HTMLElement{constructor(){super(...arguments);this.opened=!1}set hass(C){this.opened||(this.opened=!0,T5(C).catch(V=>{this.textContent=V.message??""}))}};function j1(M,H){if(H===void 0)return-new Date(M).getTimezoneOffset()*6e4;let C=new Intl.DateTimeFormat("en-US",{timeZone:H,hourCycle:"h23",year:"numeric",month:"numeric",day:"numeric",hour:"numeric",minute:"numeric",second:"numeric"}).formatToParts(M),V=r=>Number(C.find(e=>e.type===r)?.value);return Date.UTC(V("year"),V("month")-1,V("day"),V("hour"),V("minute"),V("second"))-Math.floor(M/1e3)*1e3}function R5(M,H){return new Date(M+j1(M,H)).toISOString().slice(0,16)}function F5(M,H){let C=Date.parse(`${M}:00Z`);return new Date(C-j1(C-j1(C,H),H))}var C1=class extends c{constructor(){super(...arguments);this.entities={}}static{this.styles=[h,u`
      :host {
        height: auto;
        container-type: inline-size;
      }
      @container (max-width: 300px) {
        .fields.fields {
          grid-template-columns: minmax(0, 1fr);
        }
      }
      .fields {
        display: grid;
        grid-template-columns: minmax(190px, 5fr) minmax(90px, 3fr);
        gap: 12px;
        align-items: end;
      }
      .title {
        display: flex;
        align-items: center;
        justify-content: space-between;
        min-height: 28px;
      }
      .title button {
        width: 28px;
        height: 28px;
        border-radius: 14px;
        display: grid;
        place-items: center;
      }
      .title button:hover {
        background: var(--quiet);
      }
      .title svg.icon {
        width: 18px;
        height: 18px;
      }
      .with-unit {
        position: relative;
      }
      .with-unit input {
        padding-inline-end: 48px;
      }
      .unit {
        position: absolute;
        inset-inline-end: 12px;
        top: 0;
        line-height: 40px;
        pointer-events: none;
      }
    `]}render(){return o`<div class="fields">${this.departure()} ${this.amount()}</div>`}say(C){return l(this.hass.language,C)??C}state(C){let V=this.entities[C];return V===void 0?void 0:this.hass.states[V]}departure(){let C=this.state("departure");if(!C)return A;let V=Date.parse(C.state),L=Number.isNaN(V)?"":R5(V,A1(this.hass));return o`<div>
      <div class="title">
        <label class="small quiet" for="departure">${this.say("plan.departure")}</label>
        ${L===""?A:o`<button type="button" aria-label=${this.say("plan.clear")} @click=${()=>this.depart(C,"")}>
              <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">${S`<path d=${L2} />`}</svg>
            </button>`}
      </div>
      <input
        id="departure"
        type="datetime-local"
        .value=${L}
        @change=${r=>this.depart(C,r.target.value)}
      />
    </div>`}depart(C,V){let L=V===""?new Date:F5(V,A1(this.hass));this.hass.callService("datetime","set_value",{entity_id:C.entity_id,datetime:L.toISOString()})}amount(){let C=this.state("charge_target"),V=C!==void 0&&C.state!=="unavailable",L=V?C:this.state("energy_wanted");if(!L)return A;let{min:r,max:e,step:i,unit_of_measurement:t}=L.attributes;return o`<div>
      <div class="title"><label class="small quiet" for="amount">${this.say(V?"plan.target":"plan.energy")}</label></div>
      <div class="with-unit">
        <input
          id="amount"
          type="number"
          inputmode="decimal"
          min=${r??0}
          max=${e??300}
          step=${i??1}
          .value=${String(Number(L.state)||0)}
          @change=${d=>this.want(L,d.target)}
        />
        <span class="unit quiet">${t}</span>
      </div>
    </div>`}want(C,V){if(!V.checkValidity()||V.value===""){V.value=C.state;return}this.hass.callService("number","set_value",{entity_id:C.entity_id,value:Number(V.value)})}};v([k({attribute:!1})],C1.prototype,"hass",2),v([k({attribute:!1})],C1.prototype,"entities",2);var K2=3600,E=100,j2=.86,X2=8,m1=class extends X{constructor(){super(...arguments);this.plan=new T(this)}static{this.styles=[h,u`
      .verdict {
        min-height: 48px;
      }
      .verdict .icon {
        color: var(--secondary-text-color);
      }
      .verdict.good .icon {
        color: var(--success-color);
      }
      .verdict.bad .icon {
        color: var(--error-color);
      }
      .chart {
        position: relative;
        display: grid;
        gap: 4px;
      }
      .plot {
        position: relative;
        height: 132px;
        touch-action: pan-y;
      }
      .plot svg {
        position: absolute;
        inset: 0;
        width: 100%;
        height: 100%;
      }
      .price {
        fill: color-mix(in srgb, var(--primary-text-color) 20%, transparent);
      }
      .price.planned {
        fill: var(--tint);
      }
      .price.past {
        opacity: 0.4;
      }
      .forecast {
        fill: color-mix(in srgb, var(--sun) 24%, transparent);
        stroke: var(--sun);
        stroke-width: 1.5;
        vector-effect: non-scaling-stroke;
      }
      .strip rect {
        fill: var(--tint);
      }
      .now,
      .departs,
      .pointed {
        stroke: var(--primary-text-color);
        stroke-width: 1.5;
        vector-effect: non-scaling-stroke;
      }
      .departs {
        stroke-dasharray: 4 3;
      }
      .pointed {
        opacity: 0.4;
      }
      .hours {
        position: relative;
        height: 18px;
      }
      .hours span {
        position: absolute;
        transform: translateX(-50%);
        white-space: nowrap;
      }
      .readout {
        min-height: 20px;
      }
      .legend {
        min-height: 18px;
      }
      .s-sun,
      .s-top_up {
        --tint: var(--sun);
      }
      .s-grid,
      .s-cheap {
        --tint: var(--primary-color);
      }
      .bar .done {
        background: var(--success-color);
      }
      .bar .left {
        background: transparent;
      }
    `]}static getStubConfig(C){return{type:"custom:ocpp-plan-card",entity:g1(C)}}static getConfigElement(){return R(["entity","title","show_departure"])}static suggestion(C,V){return o1(C,V)?{config:{type:"custom:ocpp-plan-card",entity:V}}:null}show(C,V){let L=this.hass,r=j(C);this.plan.follow(L.connection,r?{type:"ocpp/plan",entity_id:r}:void 0);let e=this.plan.value;if(!e?.available)return this.message(this.text("common.waiting"));let t=V.connectors.length>1?[this.text("plan.title"),I(L,C)]:[this.text("plan.title")],d=this.config?.title??t.join(" · ");return o`<ha-card>
      <h2>${d}</h2>
      ${this.verdict(e,C.plugged_in!==!1)} ${this.progress(e)} ${this.chart(e)}
      ${this.config?.show_departure===!1?A:o`<ocpp-goal .hass=${this.hass} .entities=${e.entities??{}}></ocpp-goal>`}
    </ha-card>`}verdict(C,V){let[L,r]=this.judged(C,V),e={good:H2,bad:X1,none:V2}[L];return o`<div class="row verdict ${L}">${this.icon(e)}<span>${r}</span></div>`}judged(C,V){let L=this.hass,r=C.ready_s===null?void 0:O(L,C.ready_s);if(C.at_risk){let t=C.departure_s===null?void 0:O(L,C.departure_s),d=f(L,C.missing_kwh);return["bad",this.text("plan.at_risk",{missing:d,departure:t,ready:r})]}let e=C.cost===null||C.currency===null?void 0:D(L,C.cost,C.currency);if(C.energy_needed_kwh!==null&&C.energy_needed_kwh<.05)return["good",this.text("plan.fulfilled")];let i=this.maybeText("plan.ready_for",{ready:r,cost:e})??this.maybeText("plan.ready",{ready:r});return i?["good",i]:C.plans?["none",this.text(V?"plan.no_goal":"plan.waiting_for_car")]:["none",this.text("plan.other_mode")]}progress(C){let V=this.hass;if(C.energy_needed_kwh===null)return A;let L=C.energy_done_kwh??0,r=L+C.energy_needed_kwh;return o`<div>
      <div class="row small">
        <span class="grow quiet">${this.text("plan.progress")}</span>
        <span class="number">${this.text("plan.done",{done:f(V,L),total:f(V,r)})}</span>
      </div>
      <div
        class="bar"
        role="progressbar"
        aria-label=${this.text("plan.progress")}
        aria-valuemin="0"
        aria-valuemax="100"
        aria-valuenow=${r>0?Math.round(100*L/r):0}
      >
        <span class="done" style="flex-grow:${L}"></span><span class="left" style="flex-grow:${C.energy_needed_kwh}"></span>
      </div>
    </div>`}chart(C){let V=this.hass,L=[this.text("plan.chart",{from:O(V,C.begins_s),to:O(V,C.ends_s)}),...C.slots.map(r=>this.slotText(r,C.currency))];return o`<div class="chart">
      <div class="readout small number" aria-hidden="true">${this.readout(C)}</div>
      <div class="plot" @pointermove=${r=>this.point(r,C)} @pointerleave=${()=>this.pointed=void 0}>
        <svg viewBox="0 0 ${C.ends_s-C.begins_s} ${E}" preserveAspectRatio="none" role="img" aria-label=${L.join(". ")}>
          ${this.forecast(C)} ${this.bars(C)} ${this.strip(C)} ${this.marks(C)}
        </svg>
      </div>
      ${this.hours(C)}
      <div class="legend small quiet" aria-hidden="true">
        <span style="--dot:var(--sun)">${this.text("plan.legend.from_sun")}</span>
        <span style="--dot:var(--primary-color)">${this.text("plan.legend.from_grid")}</span>
        ${C.sun.length>0?o`<span style="--dot:color-mix(in srgb, var(--sun) 40%, transparent)">${this.text("plan.legend.sun")}</span>`:A}
      </div>
    </div>`}slotText(C,V){let L=this.hass,r={from:O(L,C.start_s),to:O(L,C.end_s),power:F(L,C.power_w),source:this.text(`plan.source.${C.source}`),price:C.price_per_kwh===null?void 0:G(L,C.price_per_kwh,V)};return this.maybeText("plan.slot_price",r)??this.text("plan.slot",r)}readout(C){let V=this.hass,L=this.pointed??Date.now()/1e3,r=C.prices.find(t=>t.start_s<=L&&L<t.end_s);if(!r)return C.prices.length===0?this.text("plan.no_prices"):O(V,L);let e=C.slots.find(t=>t.start_s<=L&&L<t.end_s),i={time:O(V,L),price:G(V,r.value,C.currency),power:e&&F(V,e.power_w)};return this.maybeText("plan.at_price_planned",i)??this.text("plan.at_price",i)}point(C,V){let L=C.currentTarget.getBoundingClientRect(),r=Math.min(1,Math.max(0,(C.clientX-L.left)/L.width));this.pointed=V.begins_s+r*(V.ends_s-V.begins_s)}bars(C){let V=C.prices.map(t=>t.value),[L,r]=[Math.min(0,...V),Math.max(.01,...V)],e=Math.min(200,(C.ends_s-C.begins_s)/300),i=Date.now()/1e3;return C.prices.flatMap(t=>D5(t,C.slots).map(({start_s:d,end_s:n,source:p})=>{let s=X2+(t.value-L)/(r-L)*(E*j2-X2),m=Math.max(60,n-d-(n===t.end_s?e:0)),x=`price ${p?`planned s-${p}`:""} ${n<i?"past":""}`;return S`<rect class=${x} x=${d-C.begins_s} y=${E-s} width=${m} height=${s} />`}))}strip(C){let V=C.prices.at(-1)?.end_s??0;return S`<g class="strip">${C.slots.filter(L=>L.end_s>V).map(L=>{let r=Math.max(L.start_s,V,C.begins_s);return S`<rect class="s-${L.source}" x=${r-C.begins_s} y="88" width=${Math.max(60,L.end_s-r)} height="12" />`})}</g>`}forecast(C){if(C.sun.length===0)return A;let V=Math.max(1,...C.sun.map(t=>t.value)),L=t=>E-t/V*E*j2,r=C.sun.map(t=>`${(t.start_s+t.end_s)/2-C.begins_s} ${L(t.value)}`),e=C.sun[0].start_s-C.begins_s,i=C.sun.at(-1).end_s-C.begins_s;return S`<path class="forecast" d="M${e} ${E}L${r.join("L")}L${i} ${E}Z" />`}marks(C){let V=(L,r)=>{if(r==null||r<C.begins_s||r>C.ends_s)return A;let e=r-C.begins_s;return S`<line class=${L} x1=${e} x2=${e} y1="0" y2=${E} />`};return S`${V("now",Date.now()/1e3)}${V("departs",C.departure_s)}${V("pointed",this.pointed)}`}hours(C){let V=C.ends_s-C.begins_s,L=V>30*K2?12:6,r=[];for(let e=C.begins_s;e<C.ends_s;e+=K2){let i=Number(new Intl.DateTimeFormat("en-US",{hour:"numeric",hourCycle:"h23",timeZone:this.zone}).format(e*1e3)),t=(e-C.begins_s)/V;i%L===0&&t>.04&&t<.96&&r.push(e)}return o`<div class="hours small quiet" aria-hidden="true">
      ${r.map(e=>o`<span style="inset-inline-start:${100*(e-C.begins_s)/V}%">${U2(this.hass,e)}</span>`)}
    </div>`}get zone(){return this.hass.locale.time_zone==="server"?this.hass.config.time_zone:void 0}};v([Z()],m1.prototype,"pointed",2);function D5(M,H){let C=[],V=M.start_s;for(let L of H){let[r,e]=[Math.max(V,L.start_s),Math.min(M.end_s,L.end_s)];e<=r||(r>V&&C.push({start_s:V,end_s:r}),C.push({start_s:r,end_s:e,source:L.source}),V=e)}return V<M.end_s&&C.push({start_s:V,end_s:M.end_s}),C}var E5=["period_month","period_year","period_all"],_5=["all","vehicles","tags","chargers"],$5=6e4,b=class extends w{constructor(){super(...arguments);this.refused=!1;this.period="period_month";this.group="all";this.byMonth=!1;this.asked=0}static{this.styles=[h,u`
      .controls {
        display: flex;
        flex-wrap: wrap;
        gap: 8px;
        align-items: center;
      }
      .controls select {
        width: auto;
      }
      .summary {
        display: grid;
        grid-template-columns: repeat(3, minmax(0, 1fr));
        gap: 8px;
      }
      .summary div {
        background: var(--quiet);
        border-radius: 12px;
        padding: 8px 12px;
      }
      .summary b {
        display: block;
        font-size: 18px;
        font-weight: 500;
      }
      .scroll {
        overflow-x: auto;
        min-height: 160px;
      }
      table {
        width: 100%;
        border-collapse: collapse;
      }
      th {
        font-weight: 400;
        text-align: start;
        color: var(--secondary-text-color);
        font-size: 12px;
      }
      th,
      td {
        padding: 8px 6px;
        vertical-align: middle;
      }
      th:first-child,
      td:first-child,
      tbody th {
        padding-inline-start: 0;
      }
      tbody tr {
        border-top: 1px solid var(--divider-color);
      }
      tbody th {
        color: var(--primary-text-color);
        font-size: inherit;
      }
      td.number,
      th.number {
        text-align: end;
      }
      td.origin {
        width: 24%;
        min-width: 64px;
      }
      .download {
        width: 40px;
        height: 40px;
        border-radius: 20px;
        display: grid;
        place-items: center;
        background: var(--quiet);
      }
      @container (max-width: 380px) {
        .saved {
          display: none;
        }
      }
    `]}static getStubConfig(){return{type:"custom:ocpp-sessions-card"}}static getConfigElement(){return R(["title","limit"])}static suggestion(){return null}getCardSize(){return 8}connectedCallback(){super.connectedCallback(),this.timer=window.setInterval(()=>{this.ask()},$5),this.hasUpdated&&this.ask()}disconnectedCallback(){super.disconnectedCallback(),window.clearInterval(this.timer)}firstUpdated(){this.ask()}updated(C){C.has("period")&&C.get("period")!==void 0&&this.ask()}get request(){let C=new Date,V={period_month:new Date(C.getFullYear(),C.getMonth(),1),period_year:new Date(C.getFullYear(),0,1),period_all:void 0}[this.period],{entity:L,entry_id:r}=this.config??{};return{type:"ocpp/sessions",...L?{entity_id:L}:{},...r?{entry_id:r}:{},...V?{start:V.toISOString()}:{}}}async ask(){if(!this.hass||!this.config)return;let C=++this.asked;try{let V=await this.hass.callWS({...this.request,limit:Number(this.config.limit??20)});C===this.asked&&(this.found=V)}catch(V){this.refused=V.code==="unauthorized"}}render(){return!this.hass||!this.config?A:this.refused?this.message(this.text("sessions.refused")):this.found?o`<ha-card>
      <div class="row">
        <h2 class="grow">${this.config.title??this.text("sessions.title")}</h2>
        <button
          type="button"
          class="download"
          title=${this.text("sessions.download")}
          aria-label=${this.text("sessions.download")}
          @click=${()=>{this.download()}}
        >
          ${this.icon(M2)}
        </button>
      </div>
      ${this.controls()} ${this.summary(this.found.totals.all)}
      <div class="scroll" tabindex="0" role="region" aria-label=${this.text("sessions.title")}>
        ${this.found.count===0?o`<p class="message">${this.text("sessions.none")}</p>`:this.byMonth||this.group!=="all"?this.totals(this.found):this.list(this.found)}
      </div>
    </ha-card>`:this.message(this.text("common.waiting"))}controls(){let C=(V,L)=>o`<button
        type="button"
        class="chip"
        aria-pressed=${this.byMonth===V?"true":"false"}
        @click=${()=>this.byMonth=V}
      >
        ${this.text(L)}
      </button>`;return o`<div class="controls">
      ${C(!1,"sessions.list")} ${C(!0,"sessions.months")}
      <select
        aria-label=${this.text("sessions.period")}
        .value=${this.period}
        @change=${V=>this.period=V.target.value}
      >
        ${E5.map(V=>o`<option value=${V} ?selected=${V===this.period}>${this.text(`sessions.${V}`)}</option>`)}
      </select>
      <select
        aria-label=${this.text("sessions.by")}
        .value=${this.group}
        @change=${V=>this.group=V.target.value}
      >
        ${_5.map(V=>o`<option value=${V} ?selected=${V===this.group}>${this.text(`sessions.${V}`)}</option>`)}
      </select>
    </div>`}summary(C){let V=(r,e)=>o`<div><span class="small">${this.text(r)}</span><b class="number">${e}</b></div>`,L=C.solar_share_percent;return o`<div class="summary">
      ${V("sessions.energy",f(this.hass,C.energy_kwh))}
      ${V("origin.sun",L===null?"–":J(this.hass,L))}
      ${C.savings===null?V("sessions.cost",this.amount(C,"cost")):V("sessions.saved",this.amount(C,"savings"))}
    </div>`}amount(C,V){let L=C[V];return L===null?"–":D(this.hass,L,C.currency??this.hass.config.currency)}head(C){return o`<thead>
      <tr>
        <th scope="col">${C}</th>
        <th scope="col">${this.text("sessions.origin")}</th>
        <th scope="col" class="number">${this.text("sessions.energy")}</th>
        <th scope="col" class="number">${this.text("sessions.cost")}</th>
        <th scope="col" class="number saved">${this.text("sessions.saved")}</th>
      </tr>
    </thead>`}row(C,V,L){let r=[{kind:"sun",amount:L.solar_kwh},{kind:"battery",amount:L.battery_kwh},{kind:"grid",amount:L.grid_kwh}],e=r.map(({kind:i,amount:t})=>`${this.text(`origin.${i}`)} ${f(this.hass,t)}`);return o`<tr>
      <th scope="row">${C}<br /><span class="small quiet">${V}</span></th>
      <td class="origin">${this.originBar(r,e.join(", "))}</td>
      <td class="number">${f(this.hass,L.energy_kwh)}</td>
      <td class="number">${this.amount(L,"cost")}</td>
      <td class="number saved">${this.amount(L,"savings")}</td>
    </tr>`}list(C){let V=C.sessions.length;return o`<table>
        ${this.head(this.text("sessions.when"))}
        <tbody>
          ${C.sessions.map(L=>this.row(G2(this.hass,new Date(L.started_at)),this.note(L),L))}
        </tbody>
      </table>
      ${V<C.count?o`<p class="small quiet">${this.text("sessions.more",{shown:V,count:C.count})}</p>`:A}`}note(C){return[C.charger,C.vehicle??C.tag,this.lasting(C)].filter(Boolean).join(" · ")}lasting({duration_minutes:C}){return C===null?this.text("sessions.running"):C<60?this.text("sessions.minutes",{minutes:C}):this.text("sessions.hours",{hours:Math.floor(C/60),minutes:C%60})}totals(C){let L=(this.byMonth?C.months:[{month:"",totals:C.totals}]).flatMap(({month:r,totals:e})=>this.grouped(e).map(i=>{let t=i.vehicle??i.tag??i.charger,d=r?Q2(this.hass,r):"",n=this.text("sessions.count",{count:i.sessions});return this.row(t??d,[t?d:"",n].filter(Boolean).join(" · "),i)}));return o`<table>
      ${this.head(this.text(this.group==="all"?"sessions.months":`sessions.${this.group}`))}
      <tbody>
        ${L}
      </tbody>
    </table>`}grouped(C){return this.group==="all"?[C.all]:C[this.group]}async download(){let C=await this.hass.callWS({...this.request,format:"csv"}),V=document.createElement("a");V.href=URL.createObjectURL(new Blob([C],{type:"text/csv"})),V.download=`sessions-${new Date().toISOString().slice(0,10)}.csv`,V.click(),URL.revokeObjectURL(V.href)}};v([Z()],b.prototype,"found",2),v([Z()],b.prototype,"refused",2),v([Z()],b.prototype,"period",2),v([Z()],b.prototype,"group",2),v([Z()],b.prototype,"byMonth",2);function J2(M,H){let C=[],V=H.map(L=>({...L}));for(let L of M){let r=L.watts;for(let e of V){if(e.id===L.id)continue;let i=Math.min(r,e.watts);i<=0||(r-=i,e.watts-=i,C.push({source:L.id,consumer:e.id,watts:i}))}}return C}var N5=[1,2,3,5,8,12,20,30,50,100,1e3];function Y2(M){let H=Math.max(0,...M.map(C=>C.watts))/1e3;return 1e3*(N5.find(C=>C>=H)??H)}function C5(M,H,C){let[V,L]=[M+C,H+C];return`M0 ${M}C50 ${M} 50 ${H} 100 ${H}V${L}C50 ${L} 50 ${V} 0 ${V}Z`}function H5(M,H,C){let[V,L]=[M+C/2,H+C/2];return`M0 ${V}C50 ${V} 50 ${L} 100 ${L}`}var b1=56,W5=46,I5=3,B1=class extends w{constructor(){super(...arguments);this.site=new T(this)}static{this.styles=[h,u`
      .flow {
        display: grid;
        grid-template-columns: minmax(108px, 32%) minmax(40px, 1fr) minmax(110px, 36%);
        column-gap: 8px;
      }
      ul {
        list-style: none;
        margin: 0;
        padding: 0;
        display: flex;
        flex-direction: column;
        justify-content: center;
      }
      .flow li {
        height: ${b1}px;
        display: flex;
        align-items: center;
        gap: 10px;
        min-width: 0;
      }
      .flow li.still {
        color: var(--secondary-text-color);
      }
      .sources li {
        flex-direction: row-reverse;
        text-align: end;
      }
      .name {
        display: block;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
        line-height: 1.25;
      }
      .flow b {
        display: block;
        font-weight: 500;
        line-height: 1.25;
      }
      .note {
        display: block;
        line-height: 1.2;
      }
      .dot {
        width: 36px;
        height: 36px;
        border-radius: 18px;
        display: grid;
        place-items: center;
        flex: none;
        background: color-mix(in srgb, var(--tint, var(--primary-text-color)) 26%, transparent);
      }
      .still .dot {
        background: var(--quiet);
      }
      svg.river {
        width: 100%;
        display: block;
        overflow: visible;
      }
      :host(:dir(rtl)) svg.river {
        transform: scaleX(-1);
      }
      .river .band {
        fill: var(--tint);
        opacity: 0.5;
      }
      .river .current {
        fill: none;
        stroke: var(--tint);
        stroke-width: 2;
        stroke-linecap: round;
        stroke-dasharray: 1 22;
        vector-effect: non-scaling-stroke;
        animation: flow var(--lasting) linear infinite;
      }
      @keyframes flow {
        to {
          stroke-dashoffset: -23;
        }
      }
      .t-sun {
        --tint: var(--sun);
      }
      .t-battery {
        --tint: var(--battery);
      }
      .t-grid {
        --tint: var(--grid);
      }
      .t-car {
        --tint: var(--success-color);
      }
      .surplus {
        min-height: 32px;
        border-radius: 16px;
        padding: 0 14px;
        display: inline-flex;
        align-items: center;
        background: var(--quiet);
      }
      .surplus.plenty {
        background: color-mix(in srgb, var(--sun) 28%, transparent);
      }
      .chargers {
        gap: 4px;
      }
      .chargers button {
        width: 100%;
        min-height: 52px;
        padding: 6px 12px;
        border-radius: 12px;
        background: var(--quiet);
        box-sizing: border-box;
      }
      .chargers .mark {
        width: 8px;
        height: 32px;
        border-radius: 4px;
        flex: none;
        background: var(--outline-color, var(--divider-color));
      }
      .mark.charging {
        background: var(--success-color);
      }
      .mark.waiting {
        background: var(--sun);
      }
      .mark.trouble {
        background: var(--error-color);
      }
    `]}static getStubConfig(){return{type:"custom:ocpp-site-card"}}static getConfigElement(){return R(["title","show_chargers"])}static suggestion(C,V){let L=C.entities[V];return L?.platform!=="ocpp"||L.translation_key!=="solar_surplus"?null:{config:{type:"custom:ocpp-site-card"}}}render(){if(!this.hass||!this.config)return A;this.site.follow(this.hass.connection,{type:"ocpp/site",entry_id:this.config.entry_id});let C=this.site.value;return C?.available?o`<ha-card>
      <div class="row">
        <h2 class="grow">${this.config.title??this.text("site.title")}</h2>
        ${C.flows?this.surplus(C.flows):A}
      </div>
      ${C.flows?this.flow(C,C.flows):A}
      ${this.config.show_chargers===!1?A:this.chargers(C)}
    </ha-card>`:this.message(this.text("common.waiting"))}surplus({surplus_w:C}){if(C===null)return A;let V=C>0,L=V?this.text("site.surplus",{power:F(this.hass,C)}):this.text("site.no_surplus");return o`<span class="surplus number ${V?"plenty":""}">${L}</span>`}sources(C,V){let L=this.hass,r=[];if(C.sun_w!==null&&r.push({id:"sun",watts:Math.max(0,C.sun_w),name:this.text("origin.sun"),icon:l1}),C.has_battery){let e=C.battery_soc_percent===null?void 0:J(L,C.battery_soc_percent),i=Math.max(0,C.battery_w??0);r.push({id:"battery",watts:i,name:this.text("origin.battery"),icon:J1,note:e})}if(C.grid_w!==null){let e=C.price_per_kwh===null?void 0:G(L,C.price_per_kwh,V),i=Math.max(0,C.grid_w);r.push({id:"grid",watts:i,name:this.text("origin.grid"),icon:p2,note:e})}return r}consumers(C,V){let L=this.hass,r=[];V.house_w!==null&&r.push({id:"house",watts:V.house_w,name:this.text("common.house"),icon:i2});for(let e of C.connectors){let i=Math.max(0,e.power_w??0);r.push({id:`car ${e.key}`,watts:i,name:I(L,e),icon:v1})}if(V.has_battery){let e=Math.max(0,-(V.battery_w??0));r.push({id:"battery",watts:e,name:this.text("site.charging"),icon:Y1})}if(V.grid_w!==null){let e=Math.max(0,-V.grid_w);r.push({id:"grid",watts:e,name:this.text("site.export"),icon:m2})}return r}flow(C,V){let L=this.sources(V,C.currency),r=this.consumers(C,V);if(L.length===0)return o`<p class="message">${this.text("site.no_meters")}</p>`;let e=J2(L,r);return o`<div class="flow">
      <ul class="sources" aria-label=${this.text("site.from")}>
        ${L.map(i=>this.node(i))}
      </ul>
      ${this.river(L,r,e)}
      <ul class="consumers" aria-label=${this.text("site.to")}>
        ${r.map(i=>this.node(i))}
      </ul>
    </div>`}node(C){let V=C.id.startsWith("car")?"car":C.id;return o`<li class="t-${V} ${C.watts>0?"":"still"}">
      <div class="dot">${this.icon(C.icon)}</div>
      <div class="grow">
        <span class="name small">${C.name}</span>
        <b class="number">${F(this.hass,C.watts)}</b>
        ${C.note?o`<span class="note small quiet number">${C.note}</span>`:A}
      </div>
    </li>`}river(C,V,L){let r=Math.max(C.length,V.length),e=W5/Y2([...C,...V]),i=m=>new Map(m.map((x,Q)=>{let z=((r-m.length)/2+Q+.5)*b1;return[x.id,z-x.watts*e/2]})),[t,d]=[i(C),i(V)],n=new Map([...C,...V].map(m=>[m.id,m.name])),p=L.map(({source:m,consumer:x,watts:Q})=>this.text("site.flow",{source:C.find(z=>z.id===m)?.name,consumer:n.get(x),power:F(this.hass,Q)})),s=L.map(m=>{let x=m.watts*e,[Q,z]=[t.get(m.source)??0,d.get(m.consumer)??0];return t.set(m.source,Q+x),d.set(m.consumer,z+x),this.ribbon(m,Q,z,Math.max(I5,x))});return o`<svg
      class="river"
      viewBox="0 0 100 ${r*b1}"
      height=${r*b1}
      preserveAspectRatio="none"
      role="img"
      aria-label=${p.length>0?p.join(", "):this.text("site.nothing_flows")}
    >
      ${s}
    </svg>`}ribbon(C,V,L,r){let e=Math.min(4,Math.max(.8,3500/Math.max(1,C.watts))).toFixed(1);return S`<g class="t-${C.source}" style="--lasting:${e}s">
      <path class="band" d=${C5(V,L,r)} />
      <path class="current" d=${H5(V,L,r)} />
    </g>`}chargers(C){let V=this.hass;return C.connectors.length===0?A:o`<ul class="chargers" aria-label=${this.text("site.chargers")}>
      ${C.connectors.map(L=>o`<li>
          <button type="button" @click=${()=>k1(this,j(L))}>
            <div class="row">
              <span class="mark ${d1(L)}"></span>
              <div class="grow">
                <span class="name">${I(V,L)}</span>
                <span class="small">${w1(V,L,C.currency)}</span>
              </div>
              <span class="number">${L.power_w===null?"–":F(V,L.power_w)}</span>
            </div>
          </button>
        </li>`)}
    </ul>`}};var V5=M=>({visibility:[{condition:"screen",media_query:M}]}),L5={type:"custom:ocpp-sessions-card"};async function U5(M){try{return await M.callWS({type:"ocpp/sessions",limit:1}),!0}catch{return!1}}function G5(M){let H=j(M);return{type:"grid",cards:[{type:"custom:ocpp-charger-card",entity:H,...M.plans?{show_departure:!1}:{}},{type:"custom:ocpp-plan-card",entity:H}]}}var P1=class extends HTMLElement{static async generate(H,C){await P(C.language);let V=l(C.language,"cards.dashboard.name")??"",L=await _2(C.connection,{type:"ocpp/site"}),r={type:"grid",cards:[{type:"custom:ocpp-site-card"}]},e=[r,...L.connectors.map(G5)];return await U5(C)&&(r.cards.push({...L5,...V5("(min-width: 768px)")}),e.push({type:"grid",cards:[L5],...V5("(max-width: 767px)")})),{title:V,views:[{title:V,path:"charging",type:"sections",max_columns:4,sections:e}]}}static getCreateSuggestions(H){return{title:l(H.language,"cards.dashboard.name"),icon:"mdi:ev-station"}}};var M5={charger:Y,site:B1,plan:m1,sessions:b};function n1(M,H){customElements.get(M)||customElements.define(M,H)}for(let[M,H]of Object.entries(M5))n1(`ocpp-${M}-card`,H);n1("ocpp-goal",C1);n1("ocpp-card-editor",U);n1("ocpp-dashboard-maker",y1);n1("ll-strategy-dashboard-ocpp",P1);async function Q5(){let M=document.documentElement.lang||navigator.language;await P(M);let H=(V,L)=>l(M,`cards.${V}.${L}`)??V,C=Object.entries(M5).map(([V,L])=>({type:`ocpp-${V}-card`,name:H(V,"name"),description:H(V,"description"),preview:!0,documentationURL:"https://github.com/ha-ocpp/ocpp/blob/main/docs/dashboard.md",getEntitySuggestion:(r,e)=>L.suggestion(r,e)}));(window.customCards??=[]).push(...C),(window.customStrategies??=[]).push({type:"ocpp",strategyType:"dashboard",name:H("dashboard","name"),description:H("dashboard","description")})}Q5();
